import { AppError } from '../../kernel/errors.ts';
import { objectNotFound } from '../../object-store/errors.ts';
import { piecesOf, textOf } from '../answer-body.ts';
import { RefusedError } from '../client.ts';
import { shorten } from '../format.ts';
import { printable } from '../left-out.ts';
import { unreachable } from '../unreachable.ts';

const SERVER_ERROR = 500;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;
const FORBIDDEN = 403;

/** A server that wants a longer pause is asked before that. */
const LONGEST_WAIT_MS = 5 * 60_000;
const MOST_REASON_BYTES = 64 * 1024;
const REASON_CHARACTERS = 300;

/** The server takes a request later. */
export class ServerBusyError extends AppError {
  /** How long the server wants to be left alone, in milliseconds. */
  readonly waitMs: number;

  constructor(origin: string, reason: string, waitMs: number) {
    super({
      code: 'SERVER_BUSY',
      message: `the server at ${origin} is busy: ${reason.replace(/\.$/, '')}`,
      hint: 'Wait until other downloads have ended, and run the command again: it continues.',
      transient: true,
    });
    this.name = 'ServerBusyError';
    this.waitMs = waitMs;
  }
}

/** Whether the server has refused the link of a request: it has expired, or was withdrawn. */
export function isLinkRefused(thrown: unknown): boolean {
  return thrown instanceof RefusedError && thrown.status === FORBIDDEN;
}

export interface ReadingLimits {
  readonly signal: AbortSignal | undefined;
  /** The longest silence of the server. */
  readonly patienceMs: number;
  /** The largest size that the object can have. */
  readonly mostBytes: number;
}

/**
 * Reads an object of a snapshot from a server.
 * @param folder the link of the folder that holds the object. Its query is a secret.
 * @throws AppError `OBJECT_NOT_FOUND`, `SERVER_UNREACHABLE`, `UNEXPECTED_ANSWER`; `ServerBusyError`, `RefusedError`; the signal's reason.
 */
export async function* readObject(
  folder: URL,
  key: string,
  { signal, patienceMs, mostBytes }: ReadingLimits,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const url = new URL(folder);
  url.pathname += key;
  const silence = new Silence(patienceMs);
  const signals = [silence.signal, ...(signal === undefined ? [] : [signal])];
  try {
    silence.begin();
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.any(signals) });
    if (response.status !== 200) throw await refusal(response, key, url.origin);
    for await (const piece of piecesOf(response, { mostBytes, asked: key })) {
      silence.end();
      yield piece;
      silence.begin();
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown instanceof AppError ? thrown : unreachable(url.origin, thrown);
  } finally {
    silence.end();
  }
}

/** Aborts when a server has sent nothing for a while. */
class Silence {
  readonly #controller = new AbortController();
  readonly #patienceMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  begin(): void {
    const reason = new Error(`it sent nothing for ${this.#patienceMs / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), this.#patienceMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function refusal(response: Response, key: string, origin: string): Promise<AppError> {
  const { status, headers } = response;
  if (status === 404) {
    await response.body?.cancel();
    return objectNotFound(key);
  }
  const text = await textOf(response, { mostBytes: MOST_REASON_BYTES, asked: key });
  const reason = printable(shorten(text.trim(), REASON_CHARACTERS));
  const waitSeconds = Number(headers.get('retry-after') ?? Number.NaN);
  if ((status === UNAVAILABLE || status === TOO_MANY_REQUESTS) && waitSeconds >= 0) {
    return new ServerBusyError(origin, reason, Math.min(waitSeconds * 1000, LONGEST_WAIT_MS));
  }
  if (status >= SERVER_ERROR) {
    return new AppError({
      code: 'SERVER_UNREACHABLE',
      message: `no answer from the server at ${origin}: it answered with ${status} ${reason}`,
      hint: "Look at the server's log for the cause, and run the command again: it continues.",
      transient: true,
    });
  }
  return new RefusedError({
    status,
    code: 'DOWNLOAD_REFUSED',
    message: `the server refused ${key} of the snapshot with ${status}: ${reason}`,
    hint: 'Look whether the snapshot is still there (`longshore snapshot list CLUSTER`), and run the command again: it continues.',
  });
}
