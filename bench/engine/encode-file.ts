// Our side of the bench: a file of BSON documents to one gzip member, through the pool of threads that exports use.
//   node bench/engine/encode-file.ts FILE OUTPUT THREADS    prints an EncodeFacts
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
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

/** Bytes that are read and then cut. They are still in the processor's cache when they are cut. */
const PIECE_BYTES = 256 << 10;

/** Cuts a file of BSON documents into blocks of whole ones, each in a buffer of its own, as a pool wants them. */
function* readBlocks(file: string): Generator<StoredBlock> {
  const descriptor = openSync(file, 'r');
  try {
    let size = BLOCK_BYTES;
    let rest = new Uint8Array(0);
    for (;;) {
      // The memory is not cleared, because it is filled.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
      bytes.set(rest);
      const { filled, end } = fill(descriptor, bytes, rest.byteLength);
      if (filled === 0) return;
      if (end === 0 && filled < size) throw new Error(`${file} ends within a document`);
      rest = bytes.slice(end, filled);
      size = end > 0 ? Math.max(BLOCK_BYTES, rest.byteLength + 1) : 2 * size;
      if (end > 0) yield { bson: bytes.subarray(0, end) };
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @returns the end of what was read, less than the buffer's at the end of the file only, and the end of the whole documents in it. */
function fill(descriptor: number, buffer: Uint8Array<ArrayBuffer>, from: number): { filled: number; end: number } {
  const bson = new DataView(buffer.buffer);
  let filled = from;
  let end = 0;
  while (filled < buffer.byteLength) {
    const read = readSync(descriptor, buffer, filled, Math.min(PIECE_BYTES, buffer.byteLength - filled), null);
    if (read === 0) break;
    filled += read;
    end = endOfWholeDocuments(bson, end, filled);
  }
  return { filled, end };
}

function endOfWholeDocuments(bson: DataView, start: number, filled: number): number {
  let end = start;
  while (end + MIN_DOCUMENT_BYTES <= filled) {
    const length = bson.getUint32(end, true);
    if (length < MIN_DOCUMENT_BYTES) throw new Error(`there is no BSON document at byte ${end} of a block`);
    if (end + length > filled) break;
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
