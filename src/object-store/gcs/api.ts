import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GoogleAuth, PassThroughClient, type AuthClient } from 'google-auth-library';
import { Type } from 'typebox';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import type { GcsStoreConfig } from '../contract.ts';

/** Source: https://cloud.google.com/storage/docs/oauth-scopes */
const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write'];

/** No request names a project. Without one, the library starts `gcloud` and asks other services for it. */
const NO_PROJECT = 'none';

const GOOGLE = 'https://storage.googleapis.com';

/** The longest answer that is read as text. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** Source: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
const readError = jsonTextReader(
  Type.Object({
    error: Type.Object({
      message: Type.Optional(Type.String()),
      errors: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
    }),
  }),
);

/** An answer of Google Cloud Storage with a status that is not 2xx. */
export class GcsError extends Error {
  readonly status: number;
  /** Such as `forbidden`. Undefined if the answer has none. */
  readonly reason: string | undefined;

  constructor(status: number, reason: string | undefined, message: string) {
    super(message);
    this.name = 'GcsError';
    this.status = status;
    this.reason = reason;
  }
}

export interface GcsRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** The path and the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly signal: AbortSignal;
}

export interface GcsAnswer {
  readonly headers: Headers;
  readonly body: Readable;
}

/**
 * The JSON API of Google Cloud Storage with the credentials of the environment: a workload identity, a service account, or the
 * metadata server. An endpoint of the configuration is an emulator, and gets no credentials.
 */
export class GcsApi {
  readonly #endpoint: string;
  readonly #createClient: () => Promise<AuthClient>;
  #client: Promise<AuthClient> | undefined;

  constructor({ endpoint }: GcsStoreConfig) {
    this.#endpoint = endpoint ?? GOOGLE;
    this.#createClient =
      endpoint === undefined
        ? () => new GoogleAuth({ scopes: SCOPES, projectId: NO_PROJECT }).getClient()
        : () => Promise.resolve(new PassThroughClient());
  }

  /** @throws GcsError; the errors of connections and credentials. */
  async request({ method = 'GET', path, headers = {}, body, signal }: GcsRequest): Promise<GcsAnswer> {
    this.#client ??= this.#createClient();
    let client: AuthClient;
    try {
      client = await this.#client;
    } catch (thrown) {
      this.#client = undefined;
      throw thrown;
    }
    const answer = await client.request<Readable>({
      url: `${this.#endpoint}${path}`,
      method,
      // An object is wanted as it is stored.
      headers: { 'accept-encoding': 'identity', ...headers },
      ...(body === undefined ? {} : { data: body }),
      responseType: 'stream',
      redirect: 'manual',
      // The driver retries, and tries must not multiply.
      retry: false,
      validateStatus: () => true,
      signal,
    });
    if (answer.status >= 200 && answer.status < 300) return { headers: answer.headers, body: answer.data };
    // A token that was revoked. The next try gets another one.
    if (answer.status === 401) this.#client = undefined;
    throw errorOf(answer.status, await textOf(answer.data));
  }

  /** Returns the text of the answer. */
  async requestText(request: GcsRequest): Promise<string> {
    return await textOf((await this.request(request)).body);
  }
}

async function textOf(body: Readable): Promise<string> {
  let bytes = 0;
  const counted = body.map((piece: Uint8Array) => {
    bytes += piece.byteLength;
    if (bytes > MAX_TEXT_BYTES) throw new Error(`the answer is longer than ${MAX_TEXT_BYTES} bytes`);
    return piece;
  });
  return (await buffer(counted)).toString();
}

function errorOf(status: number, text: string): GcsError {
  try {
    const { message, errors } = readError(text).error;
    return new GcsError(status, errors?.[0]?.reason, message ?? `status ${status}`);
  } catch {
    return new GcsError(status, undefined, `status ${status}`);
  }
}
