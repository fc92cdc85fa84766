// Our side of the bench: a file of BSON documents to one gzip member, through the pool of threads that exports use.
//   node bench/engine/encode-file.ts FILE OUTPUT THREADS    prints an EncodeFacts
import { open } from 'node:fs/promises';
import { GzipMember } from '../../src/extjson/index.ts';
import { EncodePool, type StoredBlock } from '../../src/pipelines/encode-pool.ts';

/** What the run says of itself, as one line of JSON. */
export interface EncodeFacts {
  readonly documents: number;
  readonly jsonBytes: number;
  readonly gzipBytes: number;
  /** Of all threads together, MiB. */
  readonly peakRssMb: number;
}

/** About what a block of the snapshot repository holds. */
const BLOCK_BYTES = 4 << 20;
const LENGTH_BYTES = 4;

/** Cuts a file of BSON documents into blocks of whole ones. */
async function* readBlocks(file: string): AsyncGenerator<StoredBlock> {
  const handle = await open(file);
  try {
    let rest = new Uint8Array(0);
    for (;;) {
      const room = Math.max(BLOCK_BYTES, rest.byteLength < LENGTH_BYTES ? 0 : lengthAt(rest, 0));
      const block = new Uint8Array(room);
      block.set(rest);
      let filled = rest.byteLength;
      while (filled < room) {
        const { bytesRead } = await handle.read(block, filled, room - filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled === 0) return;
      const end = endOfWholeDocuments(block.subarray(0, filled));
      if (end === 0 && filled < room) throw new Error(`${file} ends within a document`);
      rest = block.slice(end, filled);
      if (end > 0) yield { bson: block.subarray(0, end) };
    }
  } finally {
    await handle.close();
  }
}

function lengthAt(bson: Uint8Array, position: number): number {
  return new DataView(bson.buffer, bson.byteOffset + position, LENGTH_BYTES).getUint32(0, true);
}

function endOfWholeDocuments(bson: Uint8Array): number {
  let end = 0;
  while (end + LENGTH_BYTES <= bson.byteLength && end + lengthAt(bson, end) <= bson.byteLength)
    end += lengthAt(bson, end);
  return end;
}

const [file, output, threads] = process.argv.slice(2);
if (file === undefined || output === undefined) throw new Error('usage: encode-file.ts FILE OUTPUT THREADS');
const pool = new EncodePool({ threads: Number(threads) });
const target = await open(output, 'w');
const member = new GzipMember();
const { signal } = new AbortController();
for await (const block of pool.encode(readBlocks(file), { mode: 'canonical', signal })) {
  await target.writev(member.append(block));
}
await target.write(member.finish());
await target.close();
await pool.close();
const facts: EncodeFacts = {
  documents: member.documents,
  jsonBytes: member.jsonBytes,
  gzipBytes: member.bytes,
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
};
console.log(JSON.stringify(facts));
