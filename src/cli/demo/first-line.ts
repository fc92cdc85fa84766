import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { ObjectStore } from '../../object-store/contract.ts';

/** Returns the first line of a gzipped text object. */
export async function firstLineOf(store: ObjectStore, key: string): Promise<string> {
  const source = Readable.from(store.read(key));
  const lines = createInterface({ input: source.pipe(createGunzip()), crlfDelay: Infinity });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    source.destroy();
  }
}
