import { createHash } from 'node:crypto';
import type { ObjectBody } from '../contract.ts';
import type { RunningChecksum, WholeBody } from './contract.ts';

/**
 * Reads a body to its end. Copies each part, because a part is lent until the next one is asked for.
 * @throws the error of the body; the signal's reason.
 */
export async function gather(
  body: ObjectBody,
  checksum: RunningChecksum,
  signal: AbortSignal | undefined,
): Promise<WholeBody> {
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  let bytes = 0;
  signal?.throwIfAborted();
  for await (const part of body) {
    signal?.throwIfAborted();
    hash.update(part);
    checksum.update(part);
    parts.push(new Uint8Array(part));
    bytes += part.byteLength;
  }
  signal?.throwIfAborted();
  return { parts, bytes, sha256: hash.digest('hex'), checksum: checksum.digest() };
}
