import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../../kernel/errors.ts';
import { changed, invalidDump, unreadable } from './errors.ts';
import { PieceReader, type Pieces } from './piece-reader.ts';

/**
 * The largest piece. The pieces of small files are hardly larger than the file, because there may be thousands of them
 * and memory occupies the garbage collector.
 */
const MAX_PIECE_BYTES = 1024 * 1024;
/** The smallest piece, because a file that grows may have been empty, and unzipped content is larger than its file. */
const MIN_PIECE_BYTES = 16 * 1024;

/** More than any metadata that MongoDB allows: options may hold a validator or a pipeline of up to 16 MB of BSON. */
const MAX_METADATA_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file of a dump in pieces. A file whose name ends in `.gz` is unzipped. A piece is valid until the next one is
 * requested. Symbolic links are not followed.
 * @throws AppError `INVALID_DUMP`, also at the end if the file was changed meanwhile; `DUMP_UNREADABLE`
 */
export function readDumpFile(path: string, signal: AbortSignal): Pieces {
  const read = path.endsWith('.gz') ? zipped : plain;
  return readFile(path, signal, read);
}

/**
 * Reads an archive as `readDumpFile` does. Content decides whether the archive is unzipped, because mongodump requires
 * no suffix.
 */
export function readArchiveFile(path: string, signal: AbortSignal): Pieces {
  return readFile(path, signal, (...given) => unzippedIfZipped(plain(...given), signal));
}

/** The bytes of an oplog, like those of `readDumpFile`. With `--gzip` mongodump zips the oplog, and calls it `oplog.bson` all the same. */
export function readOplogFile(path: string, signal: AbortSignal): Pieces {
  if (path.endsWith('.gz')) return readDumpFile(path, signal);
  return readFile(path, signal, (...given) => unzippedIf(isZippedByMongodump, plain(...given), signal));
}

async function* readFile(
  path: string,
  signal: AbortSignal,
  read: (handle: FileHandle, pieceBytes: number, signal: AbortSignal) => Pieces,
): Pieces {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const before = await handle.stat({ bigint: true });
      if (!before.isFile()) throw invalidDump(path, 'is not a file');
      const pieceBytes = Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, Number(before.size)));
      yield* read(handle, pieceBytes, signal);
      // Only size and time reveal a change between two documents.
      const { size, mtimeNs } = await handle.stat({ bigint: true });
      if (size !== before.size || mtimeNs !== before.mtimeNs) throw changed(path, before.size, size);
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw unreadable(path, thrown);
  }
}

async function* plain(handle: FileHandle, pieceBytes: number, signal: AbortSignal): Pieces {
  // All pieces share this memory, because new memory costs time of the system and of the garbage collector.
  const piece = new Uint8Array(pieceBytes);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(piece);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
  }
}

function zipped(handle: FileHandle, pieceBytes: number, signal: AbortSignal): Pieces {
  const stream = handle.createReadStream({
    highWaterMark: Math.min(pieceBytes, MAX_PIECE_BYTES / 4),
    autoClose: false,
  });
  return unzipped(stream, pieceBytes, signal);
}

/** How gzip begins (RFC 1952, section 2.3.1). */
function isZipped(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * A document of BSON may have a length that begins as gzip does. Its fifth byte is then the type of a value, which is never 0. In
 * what mongodump zips it is a part of the time, which mongodump leaves at 0.
 */
function isZippedByMongodump(bytes: Uint8Array): boolean {
  return isZipped(bytes) && bytes[2] === 8 && bytes[4] === 0;
}

/** The bytes, unzipped where they begin as those of gzip do. @throws what node:zlib throws. */
export function unzippedIfZipped(pieces: Pieces, signal: AbortSignal): Pieces {
  return unzippedIf(isZipped, pieces, signal);
}

const FIRST_BYTES = 5;

async function* unzippedIf(tells: (bytes: Uint8Array) => boolean, pieces: Pieces, signal: AbortSignal): Pieces {
  const reader = new PieceReader(pieces);
  try {
    if (!(await reader.fill(FIRST_BYTES)) || !tells(reader.rest)) yield* reader.all();
    // A stream reads ahead, so it needs copies: the next read would overwrite lent pieces.
    else yield* unzipped(Readable.from(copies(reader.all()), { highWaterMark: 1 }), MAX_PIECE_BYTES, signal);
  } finally {
    await reader.close();
  }
}

async function* copies(pieces: Pieces): Pieces {
  for await (const piece of pieces) yield piece.slice();
}

async function* unzipped(stream: Readable, pieceBytes: number, signal: AbortSignal): Pieces {
  // The reader of the unzipped stream receives the errors of both streams.
  const unzip = pipeline(stream, createGunzip({ chunkSize: pieceBytes }), () => undefined);
  for await (const piece of unzip) {
    signal.throwIfAborted();
    if (!(piece instanceof Uint8Array) || !(piece.buffer instanceof ArrayBuffer)) throw new TypeError('not bytes');
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

/** Reads a small file of a dump as a whole. */
export async function readDumpText(path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of readDumpFile(path, new AbortController().signal)) {
    bytes += piece.byteLength;
    if (bytes > MAX_METADATA_BYTES) throw invalidDump(path, `has more than ${MAX_METADATA_BYTES} bytes`);
    pieces.push(piece.slice());
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw invalidDump(path, 'is not UTF-8', cause);
  }
}
