import { STATUS_CODES } from 'node:http';
import { Type } from 'typebox';
import { productVersion } from '../app/product.ts';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { jsonReader, jsonTextReader } from '../kernel/json-reader.ts';
import { textOf } from './answer-body.ts';
import { formatCount } from './format.ts';
import { inWordsOfArguments } from './argument-words.ts';
import { redirected, unreachable } from './unreachable.ts';
import { answerChallenge, parseChallenge, type DigestChallenge } from './digest-challenge.ts';

/** The limit for one answer. Every request is short because long work runs as a job, whose state is polled. */
const REQUEST_TIMEOUT_MS = 60_000;
const ITEMS_PER_PAGE = 500;
/** A restore job with a report on 100,000 collections has about 40 MB. */
const MOST_ANSWER_BYTES = 256 * 1000 * 1000;
/** A list is not longer: a server that always has a further page would fill the memory and never come to an end. */
const MOST_PAGES = 2000;
const MOST_LIST_CHARACTERS = 1000 * 1000 * 1000;
const API_ROOT = '/api/atlas/v2';
/** The resource versions of the Atlas API that the commands use. */
export const ATLAS_V2 = 'application/vnd.atlas.2025-03-12+json';

/** The code of a refusal by a server that lacks the endpoint. */
export const ENDPOINT_NOT_SERVED = 'ENDPOINT_NOT_SERVED';
const EXTENSION_ROOT = '/api/longshore/';
/** The codes of unknown paths, and of known paths with another method. */
const NOT_SERVED: readonly string[] = ['RESOURCE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];

/** The server refused a request: its answer has another status than 2xx. */
export class RefusedError extends AppError {
  readonly status: number;

  constructor(facts: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
  }) {
    super(facts);
    this.name = 'RefusedError';
    this.status = facts.status;
  }
}

export interface Credentials {
  /** Without a `/` at the end. */
  readonly url: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A raw answer, not validated yet. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An HTTP Digest client. The client reuses a nonce for as long as the server accepts it. */
export interface ApiClient {
  /** Sends one request and returns the answer, whatever its status. @param path begins with `/api`. */
  send(
    method: string,
    path: string,
    options?: { readonly body?: JsonObject; readonly accept?: string },
  ): Promise<Answer>;
  /**
   * Sends one request that must succeed.
   * @param read a `jsonReader` for the body of the answer. It gets undefined if the answer has no body.
   * @throws RefusedError for a status other than 2xx, with the code `ENDPOINT_NOT_SERVED` if an older server lacks an endpoint of the extension API; AppError `UNEXPECTED_ANSWER` if the reader refuses the body.
   */
  request<Value>(read: Reader<Value>, method: string, path: string, body?: JsonObject): Promise<Value>;
  /**
   * Sends bytes of any length with POST.
   * @throws what `request` throws
   */
  sendStream<Value>(read: Reader<Value>, path: string, body: AsyncIterable<Uint8Array>): Promise<Value>;
  /**
   * Returns every item of a list. The client fetches page after page.
   * @throws what `request` throws; AppError `UNEXPECTED_ANSWER` for more than a million items or a GB.
   */
  list<Value>(readItem: Reader<Value>, path: string): Promise<Value[]>;
  /** A client with the same credentials, whose requests another signal aborts. */
  withSignal(signal: AbortSignal): ApiClient;
}

type Reader<Value> = (value: unknown) => Value;

const readErrorDocument = jsonTextReader(
  Type.Object({
    errorCode: Type.String(),
    detail: Type.String(),
    explanation: Type.Optional(Type.String()),
    badRequestDetail: Type.Optional(Type.Object({ fields: Type.Array(Type.Object({ description: Type.String() })) })),
    parameters: Type.Optional(Type.Array(Type.Unknown())),
  }),
);
const readPage = jsonReader(Type.Object({ results: Type.Array(Type.Unknown()), totalCount: Type.Integer() }));

const ID_HINT = 'Correct that value; an id is 24 hexadecimal digits, as the list commands show it.';

/** Hints for refusals whose own text does not say what to do. */
const HINTS: Readonly<Record<string, string>> = {
  USER_UNAUTHORIZED: 'Use an API key that has the role for it in this project.',
  EXPORT_BUCKET_NAME_INVALID:
    'Give a name that the provider takes: 3 to 63 lower-case letters, digits and hyphens (at AWS and GCP also dots), a letter or digit at both ends.',
  DUPLICATE_CLUSTER_NAME: 'Choose another name, or use the cluster that has it: `longshore cluster list`.',
  INVALID_BACKUP_POLICY:
    'On the command line, a policy item is --item, exportBucketId is --export-bucket, and the frequencyType of the export is --export-frequency.',
  INVALID_CLUSTER_CONFIGURATION:
    'Correct what the message says. `longshore cluster add` registers a deployment or a dump, which the server reads on its machine and with its rights.',
  ARCHIVE_NOT_SENT: 'Send one: mongodump --archive | longshore snapshot create CLUSTER --archive -',
  CLUSTER_NOT_FOUND: 'Check the name (`longshore cluster list`) and the project (--group-id).',
  SNAPSHOT_NOT_FOUND: 'Check the id (`longshore snapshot list CLUSTER`) and the project (--group-id).',
  EXPORT_IS_COMPLETE: 'Leave --with-objects out; the objects stay in the bucket.',
  EXPORT_JOB_HAS_ENDED: 'An export that has ended stays as it is. `longshore export delete` removes it from the list.',
  EXPORT_BUCKET_NOT_FOUND: 'Check the id (`longshore bucket list`) and the project (--group-id).',
  EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE:
    'Wait until its exports and restores have ended, or end the exports of the schedule: `longshore schedule update CLUSTER --no-export`.',
  GROUP_NOT_FOUND: 'Check --group-id, and that the profile is that of this server.',
  INVALID_ENUM_VALUE: 'Run the command with --help, which names the values.',
  INVALID_JSON_ATTRIBUTE: ID_HINT,
  PATH_PARAM_PARSE_ERROR: ID_HINT,
  DRILL_TARGET_INVALID:
    'Name another cluster that is a running deployment (--mongodb-uri-env): `longshore cluster add scratch --mongodb-uri-env MONGODB_URI --allow-empty`.',
  RESTORE_TARGET_INVALID:
    'Name a cluster that is a running deployment; or restore to a deployment by its connection string (--mongodb-uri-env VAR) or to files (--to-dump DIR).',
  INSUFFICIENT_STORAGE: 'Free space on the file system of the data directory of the server, then try again.',
  WEBHOOK_URL_INVALID:
    'Give <url> as an absolute https:// URL without user, password or fragment, such as https://ops.example.com/hook. Further hosts, and http://, need --webhook-hosts of the server.',
  SERVICE_UNAVAILABLE: 'Look at the log of the server, which says what is wrong with its disk, then try again.',
};

/** Undefined for a refusal whose own text is all that is known. */
function hintFor(status: number, code: string, explanation: string | undefined): string | undefined {
  const hint = HINTS[code];
  if (code === 'INVALID_ENUM_VALUE' && explanation !== undefined) return undefined;
  if (hint !== undefined) return hint;
  if (status === 401)
    return 'Check the public and the private key: neither the profile nor LONGSHORE_PRIVATE_KEY may be old.';
  if (status === 403) return 'Use an API key that has the role for it in this project.';
  if (status === 404) return 'Check the name or id, and the project (--group-id).';
  if (status === 429) return 'Wait a moment, then try again.';
  return status >= 500 ? "Look at the server's log for the cause." : undefined;
}

/** @param url of the server. @param asked the method and the path. */
function refusal(answer: Answer, url: string, asked: string): RefusedError {
  const { status } = answer;
  const document = errorDocumentOf(answer);
  if (document === undefined) return refusalOfProxy(status, url);
  const { errorCode, detail, explanation, badRequestDetail, parameters = [] } = document;
  if (NOT_SERVED.includes(errorCode) && asked.includes(` ${EXTENSION_ROOT}`)) {
    return new RefusedError({
      status,
      code: ENDPOINT_NOT_SERVED,
      message: `the server at ${url} does not know ${asked.replace(/\?.*/, '')}`,
      hint: `It is older than this longshore (${productVersion}): upgrade the server, or use the longshore of its version.`,
    });
  }
  const words = inWordsOfArguments(errorCode, parameters);
  const faults = badRequestDetail?.fields.map(({ description }) => description) ?? [];
  const reasons = [detail, ...(explanation === undefined ? [] : [explanation]), ...faults].join(' ');
  const hint =
    words === undefined
      ? hintFor(status, errorCode, explanation)
      : `Correct it; --help says what it is for. (${errorCode})`;
  return new RefusedError({
    status,
    code: errorCode,
    message: words ?? `Longshore refused with ${status} ${errorCode}: ${reasons}`,
    ...(hint !== undefined && { hint }),
  });
}

/** Reads the error document of an answer; undefined if it has none, and so is not from Longshore. */
function errorDocumentOf({ text }: Answer): ReturnType<typeof readErrorDocument> | undefined {
  try {
    return readErrorDocument(text);
  } catch {
    return undefined;
  }
}

function refusalOfProxy(status: number, url: string): RefusedError {
  const reason = STATUS_CODES[status];
  return new RefusedError({
    status,
    code: `HTTP_${status}`,
    message: `${url} answered ${status}${reason === undefined ? '' : ` ${reason}`}, and the answer is not from Longshore`,
    hint: [502, 503, 504].includes(status)
      ? 'A proxy in front of Longshore does not reach it: start the server, then look at the log of the proxy.'
      : 'Give the URL that the server printed when it started: host, port, and https:// if the port speaks TLS. Or look at the log of the proxy in front of it.',
  });
}

function mediaTypeOf(path: string): string {
  return path.startsWith(API_ROOT) ? ATLAS_V2 : 'application/json';
}

function pageOf<Value>(readItem: Reader<Value>) {
  return (value: unknown): { readonly results: readonly Value[]; readonly totalCount: number } => {
    const { results, totalCount } = readPage(value);
    return { results: results.map(readItem), totalCount };
  };
}

/** @param options.signal aborts all running requests. */
export function createApiClient(
  credentials: Credentials,
  options: { readonly signal?: AbortSignal; readonly fetch?: typeof fetch } = {},
): ApiClient {
  const { url, publicKey, privateKey } = credentials;
  const { fetch: exchange = fetch } = options;
  let challenge: DigestChallenge | undefined;
  let nonceCount = 0;

  async function once(
    method: string,
    path: string,
    accept: string,
    body: string | AsyncIterable<Uint8Array> | undefined,
  ): Promise<Response> {
    const target = new URL(`${url}${path}`);
    const headers: Record<string, string> = { accept };
    const isStream = typeof body === 'object';
    if (body !== undefined) headers['content-type'] = isStream ? 'application/octet-stream' : 'application/json';
    if (challenge !== undefined) {
      nonceCount += 1;
      headers['authorization'] = answerChallenge(challenge, {
        method,
        target: `${target.pathname}${target.search}`,
        username: publicKey,
        password: privateKey,
        nonceCount,
      });
    }
    // No timeout, because the writer of the stream decides how long it takes.
    const limits = isStream ? [] : [AbortSignal.timeout(REQUEST_TIMEOUT_MS)];
    const signal = AbortSignal.any([...(options.signal === undefined ? [] : [options.signal]), ...limits]);
    let response: Response;
    try {
      response = await exchange(target, {
        method,
        headers,
        signal,
        // Not followed, because the request is signed for this address.
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
        ...(isStream ? { duplex: 'half' } : {}),
      });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw unreachable(url, error);
    }
    if (response.status >= 300 && response.status < 400) throw redirected(url, response.headers.get('location'));
    return response;
  }

  async function send(
    method: string,
    path: string,
    { body, accept = ATLAS_V2 }: { readonly body?: JsonObject; readonly accept?: string } = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const asked = `${method} ${path}`;
    const knewNonce = challenge !== undefined;
    let response = await once(method, path, accept, text);
    const offered =
      response.status === 401 ? parseChallenge(response.headers.get('www-authenticate') ?? '') : undefined;
    // The server may have refused only the nonce, because nonces of an earlier start of the server are not valid any more.
    if (offered !== undefined && (!knewNonce || offered.stale || offered.nonce !== challenge?.nonce)) {
      await answerOf(response, asked);
      challenge = offered;
      nonceCount = 0;
      response = await once(method, path, accept, text);
    }
    return await answerOf(response, asked);
  }

  async function answerOf(response: Response, asked: string): Promise<Answer> {
    try {
      return { status: response.status, text: await textOf(response, { mostBytes: MOST_ANSWER_BYTES, asked }) };
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error instanceof AppError ? error : unreachable(url, error);
    }
  }

  async function request<Value>(read: Reader<Value>, method: string, path: string, body?: JsonObject): Promise<Value> {
    const answer = await send(method, path, { accept: mediaTypeOf(path), ...(body === undefined ? {} : { body }) });
    return bodyOf(answer, read, `${method} ${path}`);
  }

  function bodyOf<Value>(answer: Answer, read: Reader<Value>, asked: string): Value {
    if (answer.status < 200 || answer.status > 299) throw refusal(answer, url, asked);
    try {
      return read(answer.text === '' ? undefined : JSON.parse(answer.text));
    } catch (cause) {
      throw new AppError({
        code: 'UNEXPECTED_ANSWER',
        message: `the server at ${url} answered ${asked} with something else than was asked for: ${messageOf(cause)}`,
        hint: 'Check that --url leads to a Longshore server of this version.',
        cause,
      });
    }
  }

  return {
    send,
    request,
    async sendStream(read, path, body) {
      // A stream cannot be sent again after a challenge, so the challenge comes first.
      await send('GET', API_ROOT);
      const response = await once('POST', path, 'application/json', body);
      const asked = `POST ${path}`;
      return bodyOf(await answerOf(response, asked), read, asked);
    },
    async list<Value>(readItem: Reader<Value>, path: string) {
      const items: Value[] = [];
      let characters = 0;
      for (let pageNum = 1; pageNum <= MOST_PAGES && characters <= MOST_LIST_CHARACTERS; pageNum += 1) {
        const paged = `${path}?includeCount=true&itemsPerPage=${ITEMS_PER_PAGE}&pageNum=${pageNum}`;
        const answer = await send('GET', paged, { accept: mediaTypeOf(path) });
        const { results, totalCount } = bodyOf(answer, pageOf(readItem), `GET ${paged}`);
        characters += answer.text.length;
        items.push(...results);
        if (results.length < ITEMS_PER_PAGE || items.length >= totalCount) return items;
      }
      throw new AppError({
        code: 'UNEXPECTED_ANSWER',
        message: `the server at ${url} has always a further page of ${path}, after ${formatCount(items.length, 'item')}`,
        hint: 'Check that --url leads to a Longshore server, and delete what is not needed if the list is really that long.',
      });
    },
    withSignal: (signal) => createApiClient(credentials, { ...options, signal }),
  };
}
