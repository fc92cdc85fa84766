import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Binary, BSON } from 'bson';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';

const MEASURE = join(import.meta.dirname, '../../test/support/pipeline-memory.ts');
const DATA_MB = 400;

/** The program, what the threads and the blocks under way hold, and some room: far less than this and the data. */
const MAX_PEAK_MB = 350;

const TOKEN_BYTES = 160;
const PIECE_DOCUMENTS = 2000;

/** A dump of one collection of documents that are all different, and that compress to two thirds. @returns how many. */
function writeDump(directory: string, megabytes: number): number {
  mkdirSync(join(directory, 'shop'), { recursive: true });
  const token = Buffer.alloc(TOKEN_BYTES, 't');
  const document = BSON.serialize({ _id: 0, customer: 'somebody', at: new Date(0), token: new Binary(token) });
  const piece = Buffer.concat(Array.from({ length: PIECE_DOCUMENTS }, () => document));
  const idOffset = 4 + '\x10_id\0'.length;
  const tokenOffset = Buffer.from(document).indexOf(token);
  const file = openSync(join(directory, 'shop', 'orders.bson'), 'w');
  let documents = 0;
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += piece.byteLength) {
    for (let start = 0; start < piece.byteLength; start += document.byteLength) {
      piece.writeInt32LE(documents++, start + idOffset);
      randomFillSync(piece, start + tokenOffset, TOKEN_BYTES);
    }
    writeSync(file, piece);
  }
  closeSync(file);
  return documents;
}

test(`${DATA_MB} MB are captured and exported in bounded memory`, async () => {
  using directory = temporaryDirectory('memory');
  const dump = join(directory.path, 'dump');
  const documents = writeDump(dump, DATA_MB);
  const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, dump, join(directory.path, 'data')]);
  const measured: unknown = JSON.parse(stdout);
  assert.ok(typeof measured === 'object' && measured !== null && 'documents' in measured && 'peakMb' in measured);
  assert.equal(measured.documents, documents);
  assert.ok(Number(measured.peakMb) < MAX_PEAK_MB, stdout);
});
