import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The SHA-256 of engine.wasm, 32 bytes. While it is the same, a check of a block finds the same. */
export function engineHash(): Buffer {
  return createHash('sha256')
    .update(readFileSync(new URL('./engine.wasm', import.meta.url)))
    .digest();
}
