// A plain exporter in Node: objects by npm bson, EJSON.stringify, gzip in batches of 64 KB. The batches are not smaller, because the
// exporter would then be slower than a sensible one.
//   node bench/engine/naive.ts FILE BYTES    reads as many bytes at most, writes gzip to standard output
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EJSON, deserialize } from 'bson';

const BATCH_CHARACTERS = 65_536;

async function* lines(file: string, bytes: number): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let batch = '';
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1 << 20, end: bytes - 1 });
  for await (const chunk of chunks) {
    const bson = rest.byteLength > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    while (start + 4 <= bson.byteLength) {
      const end = start + bson.readInt32LE(start);
      if (end > bson.byteLength) break;
      const document = deserialize(bson.subarray(start, end), { promoteValues: false });
      batch += `${EJSON.stringify(document, { relaxed: false })}\n`;
      if (batch.length > BATCH_CHARACTERS) {
        yield batch;
        batch = '';
      }
      start = end;
    }
    rest = Buffer.from(bson.subarray(start));
  }
  yield batch;
}

const [file, bytes] = process.argv.slice(2);
if (file === undefined || bytes === undefined) throw new Error('usage: naive.ts FILE BYTES');
await pipeline(Readable.from(lines(file, Number(bytes))), createGzip({ level: 6 }), process.stdout);
