import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Binary, BSON } from 'bson';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';

const MEASURE = join(import.meta.dirname, '../../test/support/pipeline-memory.ts');
const DATA_MB = 600;
const PART_OF_IT = 4;

/**
 * The limit for the program, the threads, the blocks in progress and a reserve. It is far less than this memory plus
 * the data.
 */
const MAX_PEAK_MB = 350;
/**
 * Blocks use their memory to its end as larger ones arrive. Memory that blocks kept, or left to the garbage collector,
 * would exceed this limit. capture.test.ts tests that the memory of each block is reused.
 */
const MAX_GROWTH_MB = 50;

const TOKEN_BYTES = 160;
const PIECE_DOCUMENTS = 2000;

/**
 * Writes a dump of one collection. Its documents are all different, and compress to two thirds.
 * @returns its only file, and the number of its documents, which have equal lengths.
 */
function writeDump(directory: string, megabytes: number): { readonly path: string; readonly documents: number } {
  mkdirSync(join(directory, 'shop'), { recursive: true });
  const token = Buffer.alloc(TOKEN_BYTES, 't');
  const document = BSON.serialize({ _id: 0, customer: 'somebody', at: new Date(0), token: new Binary(token) });
  const piece = Buffer.concat(Array.from({ length: PIECE_DOCUMENTS }, () => document));
  const idOffset = 4 + '\x10_id\0'.length;
  const tokenOffset = Buffer.from(document).indexOf(token);
  const path = join(directory, 'shop', 'orders.bson');
  const file = openSync(path, 'w');
  let documents = 0;
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += piece.byteLength) {
    for (let start = 0; start < piece.byteLength; start += document.byteLength) {
      piece.writeInt32LE(documents++, start + idOffset);
      randomFillSync(piece, start + tokenOffset, TOKEN_BYTES);
    }
    writeSync(file, piece);
  }
  closeSync(file);
  return { path, documents };
}

interface Peaks {
  readonly capture: number;
  readonly whole: number;
}

async function measure(dump: string, scratch: string, documents: number): Promise<Peaks> {
  const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, dump, scratch]);
  const said: unknown = JSON.parse(stdout);
  assert.ok(typeof said === 'object' && said !== null && 'documents' in said);
  assert.ok('capturePeakMb' in said && 'peakMb' in said);
  assert.equal(said.documents, documents);
  return { capture: Number(said.capturePeakMb), whole: Number(said.peakMb) };
}

test('captures and exports take no more memory for more data', async () => {
  using directory = temporaryDirectory('memory');
  const dump = join(directory.path, 'dump');
  const { path, documents } = writeDump(dump, DATA_MB);
  const all = await measure(dump, join(directory.path, 'all'), documents);
  const some = Math.floor(documents / PART_OF_IT);
  truncateSync(path, (statSync(path).size / documents) * some);
  const part = await measure(dump, join(directory.path, 'part'), some);
  const peaks = JSON.stringify({ all, part });
  assert.ok(all.whole < MAX_PEAK_MB, peaks);
  assert.ok(all.capture - part.capture < MAX_GROWTH_MB && all.whole - part.whole < MAX_GROWTH_MB, peaks);
});
