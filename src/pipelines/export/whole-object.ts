import { createHash } from 'node:crypto';
import type { WholeObject } from './object-queue.ts';

/** Makes a text object of a few bytes. */
export function textObject(key: string, text: string): WholeObject {
  const body = Buffer.from(text);
  return {
    key,
    parts: [body],
    bytes: body.byteLength,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
}
