import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { BsonError, crc32Combine, type BlockEncoder, type EncodedBlock } from '../extjson/index.ts';
// Not by the front door, which would load the MongoDB driver in each of the threads that this runs in.
import { documentLength, MIN_DOCUMENT_BYTES } from '../snapshot/document-length.ts';
import { blockCorrupt } from '../snapshot/repository/block-corrupt.ts';
import { releaseBytes } from '../kernel/release-bytes.ts';
import type { StoredBlock } from './encode-messages.ts';

/** The encoder's buffers and the caches of the processor stay small with runs of this size, and compression loses nothing. */
const RUN_BYTES = 1024 * 1024;

/**
 * Encodes a block in runs of about 1 MiB of whole documents, which give one run of DEFLATE together. The block's memory is
 * given back.
 * @throws BsonError, AppError `BLOCK_CORRUPT`
 */
export function encodeBlock(encoder: BlockEncoder, block: StoredBlock): EncodedBlock {
  const bson = 'bson' in block ? block.bson : unpack(block);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let crc32 = 0;
  let jsonBytes = 0;
  let documents = 0;
  for (let start = 0, end: number; start < bson.byteLength; start = end) {
    end = endOfRun(bson, start, documents);
    const run = encodeRun(encoder, bson.subarray(start, end), start, documents);
    parts.push(run.deflate);
    crc32 = crc32Combine(crc32, run.crc32, run.jsonBytes);
    jsonBytes += run.jsonBytes;
    documents += run.documents;
  }
  releaseBytes(bson);
  return { deflate: joined(parts), crc32, jsonBytes, documents };
}

function unpack(block: Extract<StoredBlock, { readonly zstd: Uint8Array }>): Uint8Array<ArrayBuffer> {
  let bson: Uint8Array<ArrayBuffer>;
  try {
    // Output in one piece: one byte more than expected, so that zlib sees the end without asking for another.
    bson = zstdDecompressSync(block.zstd, {
      maxOutputLength: Math.max(1, block.bytes),
      chunkSize: Math.max(1024, block.bytes + 1),
    });
  } catch (cause) {
    throw blockCorrupt(block.sha256, cause);
  }
  releaseBytes(block.zstd);
  if (createHash('sha256').update(bson).digest('hex') !== block.sha256) throw blockCorrupt(block.sha256);
  return bson;
}

/** End of the documents that make up a run; only lengths are looked at, the encoder checks the rest. */
function endOfRun(bson: Uint8Array, start: number, documentsBefore: number): number {
  let end = start;
  for (let documents = documentsBefore; end < bson.byteLength && end - start < RUN_BYTES; documents++) {
    const length = bson.byteLength - end < MIN_DOCUMENT_BYTES ? 0 : documentLength(bson, end);
    if (length < MIN_DOCUMENT_BYTES || length > bson.byteLength - end) {
      throw new BsonError(`a length of ${length} does not fit`, end, documents);
    }
    if (end > start && end - start + length > RUN_BYTES * 1.5) break;
    end += length;
  }
  return end;
}

function encodeRun(encoder: BlockEncoder, run: Uint8Array, start: number, documentsBefore: number): EncodedBlock {
  try {
    return encoder.encode(run);
  } catch (thrown) {
    if (!(thrown instanceof BsonError)) throw thrown;
    throw new BsonError(thrown.reason, start + thrown.offset, documentsBefore + thrown.document);
  }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.byteLength === only.buffer.byteLength) return only;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
    // The encoder made the part for us alone, and too small for releaseBytes: waiting for the garbage collector costs 100 MB.
    if (part.byteLength === part.buffer.byteLength) part.buffer.transfer(0);
  }
  return all;
}
