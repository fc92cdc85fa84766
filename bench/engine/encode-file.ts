// Our side of the bench: a file of BSON documents to one gzip member, through the pool of threads that exports use.
//   node bench/engine/encode-file.ts FILE OUTPUT THREADS    prints an EncodeFacts
import { open, type FileHandle } from 'node:fs/promises';
import { GzipMember } from '../../src/extjson/index.ts';
import { releaseBytes } from '../../src/kernel/release-bytes.ts';
import { BlockPool, mapOrdered, type StoredBlock } from '../../src/pipelines/threads/index.ts';
import { MIN_DOCUMENT_BYTES } from '../../src/snapshot/blocks/index.ts';
import { peakRssMb } from '../peak-rss.ts';

/** The report of the run, as one line of JSON. */
export interface EncodeFacts {
  /** Without the start of the process. */
  readonly milliseconds: number;
  readonly documents: number;
  readonly jsonBytes: number;
  readonly gzipBytes: number;
  /** The peak of the memory of all threads together, in MiB. */
  readonly peakRssMb: number;
}

/** About what a block of the snapshot repository holds. */
const BLOCK_BYTES = 4 << 20;

/** Cuts a file of BSON documents into blocks of whole ones, each in a buffer of its own, as a pool wants them. */
async function* readBlocks(file: string): AsyncGenerator<StoredBlock> {
  const handle = await open(file);
  try {
    let size = BLOCK_BYTES;
    let rest = new Uint8Array(0);
    for (;;) {
      const bytes = new Uint8Array(size);
      bytes.set(rest);
      const filled = await fill(handle, bytes, rest.byteLength);
      if (filled === 0) return;
      const end = endOfWholeDocuments(new DataView(bytes.buffer, 0, filled));
      if (end === 0 && filled < size) throw new Error(`${file} ends within a document`);
      rest = bytes.slice(end, filled);
      size = end > 0 ? Math.max(BLOCK_BYTES, rest.byteLength + 1) : 2 * size;
      if (end > 0) yield { bson: bytes.subarray(0, end) };
    }
  } finally {
    await handle.close();
  }
}

/** @returns the end of what was read, less than the buffer's at the end of the file only. */
async function fill(handle: FileHandle, buffer: Uint8Array, from: number): Promise<number> {
  let filled = from;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await handle.read(buffer, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function endOfWholeDocuments(bson: DataView): number {
  let end = 0;
  while (end + MIN_DOCUMENT_BYTES <= bson.byteLength) {
    const length = bson.getUint32(end, true);
    if (length < MIN_DOCUMENT_BYTES) throw new Error(`there is no BSON document at byte ${end} of a block`);
    if (end + length > bson.byteLength) break;
    end += length;
  }
  return end;
}

const [file, output, threads] = process.argv.slice(2);
if (file === undefined || output === undefined) throw new Error('usage: encode-file.ts FILE OUTPUT THREADS');
const start = performance.now();
const pool = new BlockPool({ threads: Number(threads) });
const target = await open(output, 'w');
const member = new GzipMember();
const session = pool.beginSession(new AbortController().signal);
const encoded = mapOrdered(readBlocks(file), pool.blocksUnderWay, (block) =>
  session.run('encode', { block, mode: 'canonical' }),
);
for await (const block of encoded) {
  await target.writev(member.append(block));
  releaseBytes(block.deflate);
}
await target.write(member.finish());
await target.close();
await pool.close();
const facts: EncodeFacts = {
  milliseconds: performance.now() - start,
  documents: member.documents,
  jsonBytes: member.jsonBytes,
  gzipBytes: member.bytes,
  peakRssMb: peakRssMb(),
};
console.log(JSON.stringify(facts));
