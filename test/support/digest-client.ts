import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { at, textAt } from './json.ts';
import type { Json } from '../../src/kernel/json.ts';

export interface Credentials {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Exchange {
  readonly method?: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Text goes out as it is; anything else as JSON. */
  readonly body?: unknown;
}

/** A response as it came over the wire: what a contract test compares. */
export class Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;

  constructor(status: number, headers: IncomingHttpHeaders, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  get json(): Json {
    const parsed: Json = JSON.parse(this.text) as Json;
    return parsed;
  }

  /** The text at a JSON pointer of the body. */
  string(pointer: string): string {
    return textAt(this.json, pointer);
  }

  /** The list at a JSON pointer of the body. */
  list(pointer: string): readonly Json[] {
    const value = at(this.json, pointer);
    if (!Array.isArray(value)) throw new Error(`no list at ${pointer} of ${this.status} ${this.text}`);
    return value as readonly Json[];
  }
}

/** A server that is silent for so long hangs. */
const TIMEOUT_MS = 30_000;

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  nonceCount: number;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/**
 * HTTP Digest (RFC 7616, MD5, qop=auth) written apart from the product's, so that one mistake is not made twice. Keeps its
 * nonce and counts up, takes a new one when it is refused.
 */
export class DigestClient implements Disposable {
  readonly baseUrl: string;
  readonly #credentials: Credentials | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  #challenge: Challenge | undefined;

  /** Without credentials every request goes out bare. */
  constructor(baseUrl: string, credentials?: Credentials) {
    this.baseUrl = baseUrl;
    this.#credentials = credentials;
  }

  async send(exchange: Exchange): Promise<Reply> {
    if (this.#credentials === undefined) return await this.#transmit(exchange);
    for (let attempt = 1; ; attempt++) {
      const challenge = this.#challenge;
      const reply = await this.#transmit(exchange, challenge && this.#authorization(exchange, challenge));
      const offered = reply.headers['www-authenticate'];
      if (reply.status !== 401 || offered === undefined || attempt === 3) return reply;
      if (this.#challenge === challenge) this.#challenge = parseChallenge(offered);
    }
  }

  /** The authenticated parts of a request, for tests that send it themselves. */
  async authorizationFor(exchange: Exchange): Promise<string> {
    const offered = (await this.#transmit(exchange)).headers['www-authenticate'];
    if (offered === undefined) throw new Error('the server sent no challenge');
    return this.#authorization(exchange, parseChallenge(offered));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #authorization(exchange: Exchange, challenge: Challenge): string {
    if (this.#credentials === undefined) throw new Error('a client without credentials cannot authenticate');
    const { publicKey, privateKey } = this.#credentials;
    const nc = (++challenge.nonceCount).toString(16).padStart(8, '0');
    const cnonce = randomBytes(8).toString('hex');
    const ha1 = md5(`${publicKey}:${challenge.realm}:${privateKey}`);
    const ha2 = md5(`${exchange.method ?? 'GET'}:${exchange.target}`);
    const response = md5(`${ha1}:${challenge.nonce}:${nc}:${cnonce}:auth:${ha2}`);
    return (
      `Digest username="${publicKey}", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${exchange.target}", ` +
      `algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`
    );
  }

  #transmit(exchange: Exchange, authorization?: string): Promise<Reply> {
    const { body } = exchange;
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const { hostname, port } = new URL(this.baseUrl);
    const outgoing = request(
      {
        hostname,
        port,
        path: exchange.target,
        method: exchange.method ?? 'GET',
        agent: this.#agent,
        headers: {
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...exchange.headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
      },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve(new Reply(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(pieces).toString('utf8'))),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.setTimeout(TIMEOUT_MS, () =>
      outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms: ${exchange.method ?? 'GET'} ${exchange.target}`)),
    );
    outgoing.end(payload);
    return promise;
  }
}

function parseChallenge(header: string): Challenge {
  const directive = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1];
  const realm = directive('realm');
  const nonce = directive('nonce');
  if (!header.startsWith('Digest ') || realm === undefined || nonce === undefined)
    throw new Error(`not a Digest challenge: ${header}`);
  return { realm, nonce, nonceCount: 0 };
}
