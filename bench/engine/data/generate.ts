import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, serialize } from 'bson';
import { flatDocuments } from './flat.ts';
import { nestedDocuments } from './nested.ts';
import { Random } from './random.ts';
import { textDocuments } from './text.ts';
import { wideDocuments } from './wide.ts';

const SEED = 20_261;
const WRITE_BYTES = 4 << 20;
const MIB = 1 << 20;

const SETS: Readonly<Record<string, (random: Random) => () => Document>> = {
  flat: flatDocuments,
  nested: nestedDocuments,
  wide: wideDocuments,
  text: textDocuments,
};

export const SET_NAMES: readonly string[] = Object.keys(SETS);

/**
 * The file of a data set, made if it is not there yet: the same bytes on every machine, except for `text`, which is made of
 * the packages that are installed.
 */
export function dataSetFile(folder: string, name: string, mebibytes: number): string {
  const documents = SETS[name];
  if (documents === undefined) throw new Error(`there is no data set ${name}; there are ${SET_NAMES.join(', ')}`);
  const file = join(folder, `${name}-${mebibytes}.bson`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.unfinished`;
  writeDocuments(unfinished, documents(new Random(SEED)), mebibytes * MIB);
  renameSync(unfinished, file);
  return file;
}

function writeDocuments(file: string, next: () => Document, bytes: number): void {
  const descriptor = openSync(file, 'w');
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for (let written = 0; written < bytes;) {
    const document = serialize(next());
    pending.push(document);
    pendingBytes += document.byteLength;
    written += document.byteLength;
    if (pendingBytes < WRITE_BYTES && written < bytes) continue;
    writeSync(descriptor, Buffer.concat(pending));
    pending = [];
    pendingBytes = 0;
  }
  closeSync(descriptor);
}
