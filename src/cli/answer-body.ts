import { AppError } from '../kernel/errors.ts';
import { formatBytes } from './format.ts';

/** How large the body of an answer may be, because a faulty server may send without end. */
export interface BodyLimit {
  /** The largest body that makes sense, after `fetch` has decompressed it. */
  readonly mostBytes: number;
  /** What was asked for, in errors, without secrets: `GET /api/…`. */
  readonly asked: string;
}

/**
 * Yields the body of an answer piece by piece.
 * @throws AppError `UNEXPECTED_ANSWER` if it is larger than the limit; what `fetch` throws.
 */
export async function* piecesOf(
  { body }: Pick<Response, 'body'>,
  { mostBytes, asked }: BodyLimit,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let bytes = 0;
  const pieces: AsyncIterable<Uint8Array<ArrayBuffer>> | null = body;
  for await (const piece of pieces ?? []) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw tooLarge({ mostBytes, asked });
    yield piece;
  }
}

/** Reads a body as a text. @throws as `piecesOf` */
export async function textOf(response: Pick<Response, 'body'>, limit: BodyLimit): Promise<string> {
  return new TextDecoder().decode(await joined(piecesOf(response, limit)));
}

/** Joins pieces in memory of its own, because the memory of a `Buffer` may be shared, and could not be given to a thread. */
export async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  for await (const piece of pieces) kept.push(piece);
  const whole = new Uint8Array(kept.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of kept) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function tooLarge({ mostBytes, asked }: BodyLimit): AppError {
  return new AppError({
    code: 'UNEXPECTED_ANSWER',
    message: `the server's answer to ${asked} goes on after ${formatBytes(mostBytes)}, and none that makes sense is larger`,
    hint: 'Check that --url leads to a Longshore server of this version.',
  });
}
