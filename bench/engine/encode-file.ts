// Our side of the bench: a file of BSON documents to one gzip member, through the pool of threads that exports use.
//   node bench/engine/encode-file.ts FILE OUTPUT THREADS    prints an EncodeFacts
import { open } from 'node:fs/promises';
import { GzipMember } from '../../src/extjson/index.ts';
import { releaseBytes } from '../../src/kernel/release-bytes.ts';
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
  let buffer = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled);
      filled += bytesRead;
      if (filled < buffer.byteLength && bytesRead > 0) continue;
      if (filled === 0) return;
      const end = endOfWholeDocuments(buffer.subarray(0, filled));
      if (end > 0) yield { bson: buffer.slice(0, end) };
      else if (bytesRead === 0) throw new Error(`${file} ends within a document`);
      buffer.copyWithin(0, end, filled);
      filled -= end;
      if (end === 0) buffer = enlarged(buffer, lengthAt(buffer, 0));
    }
  } finally {
    await handle.close();
  }
}

function enlarged(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
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
  releaseBytes(block.deflate);
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
