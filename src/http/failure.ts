import type { FastifyReply, FastifyRequest } from 'fastify';
import { codeOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { Unauthenticated } from './admission.ts';
import { ApiError } from './api-error.ts';
import {
  badRequest,
  insufficientStorage,
  payloadTooLarge,
  serviceUnavailable,
  unexpectedError,
  unsupportedMediaType,
  unsupportedStreamType,
} from './errors.ts';
import { PLAIN, presentationOf, type Presentation } from './query-flags.ts';
import { challengeReply, errorReply, send } from './reply.ts';
import { parseTarget } from './target.ts';
import { API_BASE_PATHS, APIS, isOldApi, type Api } from './versions.ts';

/** Answers a thrown value: a challenge, the document of an ApiError, or 500 and a log line for any other value. */
export function answerError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, bodyLimitBytes }: { readonly logger: Logger; readonly bodyLimitBytes: number },
): FastifyReply {
  if (thrown instanceof Unauthenticated) return send(reply, challengeReply(thrown.challenges, request.method));
  const error =
    thrown instanceof ApiError
      ? thrown
      : (refusalOf(thrown, bodyLimitBytes, request.routeOptions.config.takesStream ?? false) ?? unexpectedError());
  const { path, query } = parseTarget(request.originalUrl);
  if (error.status >= 500) {
    logger.error('request failed', { requestId: request.id, method: request.method, path, error: thrown });
  }
  let presentation: Presentation = PLAIN;
  try {
    presentation = presentationOf(query);
  } catch {
    // The answer to an invalid `pretty` or `envelope` is printed without both.
  }
  return send(reply, errorReply(apiOf(path), error, request.method, presentation));
}

/** Maps an error of Fastify's body reading, and a faulty or full disk under the metadata; undefined for other errors. */
function refusalOf(thrown: unknown, bodyLimitBytes: number, takesStream: boolean): ApiError | undefined {
  switch (codeOf(thrown) ?? '') {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return payloadTooLarge(bodyLimitBytes);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return takesStream ? unsupportedStreamType() : unsupportedMediaType();
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return badRequest();
    case 'DATABASE_FULL':
      return insufficientStorage();
    case 'DATABASE_READ_ONLY':
    case 'DATABASE_DISK_FAILED':
      return serviceUnavailable();
    default:
      return undefined;
  }
}

function apiOf(path: string): Api {
  return APIS.find((api) => isOldApi(api) && path.startsWith(API_BASE_PATHS[api])) ?? 'v2';
}
