import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorDocument, rateLimitedPerMinute } from '../http/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { codeOf } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Tokens } from '../resources/service-accounts/index.ts';
import { parseClientCredentials } from './oauth-client.ts';
import { createMinuteLimit } from './minute-limit.ts';

/** The prefix of the plugin. */
export const OAUTH_PREFIX = '/api/oauth';

const FORM = 'application/x-www-form-urlencoded';
const BODY_LIMIT_BYTES = 16 * 1024;

/** The errors of OAuth 2.0 (RFC 6749 section 5.2), with Atlas's descriptions. */
const ERRORS = {
  invalid_request: { status: 400, description: 'The provided credentials are not valid.' },
  unsupported_grant_type: { status: 400, description: 'Invalid grant type.' },
  invalid_client: { status: 401, description: 'Invalid credentials provided.' },
  server_error: { status: 500, description: 'Unexpected error.' },
} as const;

export interface OAuthOptions {
  readonly tokens: Pick<Tokens, 'issue' | 'revoke'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The number of tokens that one client may ask for from one address in a minute; undefined: any. */
  readonly tokensPerMinute: number | undefined;
}

/**
 * Creates the Fastify plugin for OAUTH_PREFIX, which gives out and ends the tokens of service accounts (RFC 6749 section 4.4, RFC 7009). A
 * client may ask from everywhere: its access list is enforced when the token is used.
 */
export function createOAuthPlugin(options: OAuthOptions): (scope: FastifyInstance) => Promise<void> {
  const { tokens, clock, logger, tokensPerMinute } = options;
  const limit = createMinuteLimit(clock, tokensPerMinute ?? Infinity);

  const refuse = (reply: FastifyReply, error: keyof typeof ERRORS): FastifyReply => {
    const { status, description } = ERRORS[error];
    if (status === 401) void reply.header('www-authenticate', 'Basic realm="MMS Public API"');
    return answer(reply, status, { error, error_description: description });
  };

  return async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      const code = codeOf(error) ?? '';
      if (code.startsWith('FST_ERR_CTP')) return refuse(reply, 'invalid_request');
      logger.error('request failed', { requestId: request.id, path: request.url, error });
      return refuse(reply, 'server_error');
    });

    scope.post('/token', async (request, reply) => {
      const form = formOf(request);
      const credentials = parseClientCredentials(request.headers.authorization, form);
      const grantType = form?.get('grant_type') ?? undefined;
      if (form === undefined || grantType === undefined || credentials === 'ambiguous') {
        return refuse(reply, 'invalid_request');
      }
      if (grantType !== 'client_credentials') return refuse(reply, 'unsupported_grant_type');
      if (credentials === undefined) return refuse(reply, 'invalid_client');
      if (!limit.take(request.ip, credentials.clientId)) {
        const error = rateLimitedPerMinute(`${OAUTH_PREFIX}/token`, tokensPerMinute ?? 0, 1);
        void reply.headers({ 'retry-after': '60', 'x-error-code': error.code });
        return answer(reply, error.status, errorDocument(error));
      }
      const issued = await tokens.issue(credentials);
      if (issued === undefined) return refuse(reply, 'invalid_client');
      return answer(reply, 200, {
        access_token: issued.accessToken,
        expires_in: issued.expiresInSeconds,
        token_type: 'Bearer',
      });
    });

    scope.post('/revoke', async (request, reply) => {
      const form = formOf(request);
      const credentials = parseClientCredentials(request.headers.authorization, form);
      const token = form?.get('token') ?? undefined;
      if (token === undefined || credentials === 'ambiguous') return refuse(reply, 'invalid_request');
      if (credentials === undefined || !(await tokens.revoke(credentials, token))) {
        return refuse(reply, 'invalid_client');
      }
      return reply.code(200).headers({ server: 'mdbws', 'cache-control': 'no-store' }).send();
    });
    await Promise.resolve();
  };
}

/** Parses the form of a body; undefined if the body is none. */
function formOf({ body, headers }: FastifyRequest): URLSearchParams | undefined {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== FORM || typeof body !== 'string') return undefined;
  const form = new URLSearchParams(body);
  // A repeated parameter is refused (RFC 6749 section 3.2), because a proxy and this server might read different values.
  return new Set(form.keys()).size === form.size ? form : undefined;
}

function answer(reply: FastifyReply, status: number, body: JsonObject): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': 'application/json', server: 'mdbws', 'cache-control': 'no-store', pragma: 'no-cache' })
    .send(Buffer.from(JSON.stringify(body)));
}
