import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, Binary, Int32, type Document } from 'bson';
import { Random } from '../../test/support/random.ts';

/** MongoDB's limit for a document is 16 MiB. Names and lengths need a few of these bytes. */
const LARGEST_BYTES = 16 * 1024 * 1024 - 1024;

/** Writes documents of 16 MB whose JSON is the largest: of text, of bytes, and of small numbers. */
export function writeLargeDocuments(dump: string, count: number): void {
  const random = new Random(1);
  const file = openFile(dump, 'large', 'documents');
  const bytes = Buffer.alloc(LARGEST_BYTES);
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(random.uint32(), at);
  const kinds: readonly ((_id: Int32) => Document)[] = [
    (_id) => ({ _id, text: bytes.toString('base64').slice(0, LARGEST_BYTES) }),
    (_id) => ({ _id, bytes: new Binary(bytes) }),
    (_id) => ({ _id, numbers: Array.from({ length: 1_300_000 }, (_, at) => new Int32(at)) }),
  ];
  const serialized = kinds.map((make) => BSON.serialize(make(new Int32(0))));
  for (let n = 0; n < count; n++) {
    const document = serialized[n % serialized.length] ?? new Uint8Array();
    // The value of _id follows its type and its name, which are bytes 4 to 8.
    new DataView(document.buffer, document.byteOffset).setInt32(9, n, true);
    writeSync(file, document);
  }
  closeSync(file);
}

/** Writes collections of a few documents each. */
export function writeManyCollections(dump: string, count: number): void {
  const documents = Buffer.concat([1, 2, 3].map((_id) => BSON.serialize({ _id, text: 'a small document' })));
  mkdirSync(join(dump, 'many'), { recursive: true });
  for (let n = 0; n < count; n++) writeFileSync(join(dump, 'many', `collection${n}.bson`), documents);
}

/** Writes one collection of small documents that differ. */
export function writeBigCollection(dump: string, bytes: number): void {
  const random = new Random(2);
  const file = openFile(dump, 'big', 'documents');
  const template = BSON.serialize({
    _id: new Int32(0),
    customer: 'x'.repeat(40),
    amount: new Int32(0),
    note: 'y'.repeat(60),
  });
  const chunk = Buffer.alloc(template.length * 10_000);
  const amountAt = Buffer.from(template).indexOf('amount') + 'amount'.length + 1;
  for (let written = 0, _id = 0; written < bytes; written += chunk.length) {
    for (let at = 0; at < chunk.length; at += template.length) {
      chunk.set(template, at);
      chunk.writeInt32LE(_id++, at + 9);
      chunk.writeInt32LE(random.uint32() | 0, at + amountAt);
    }
    writeSync(file, chunk);
  }
  closeSync(file);
}

function openFile(dump: string, database: string, collection: string): number {
  mkdirSync(join(dump, database), { recursive: true });
  return openSync(join(dump, database, `${collection}.bson`), 'w');
}
