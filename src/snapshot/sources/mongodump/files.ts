import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../../kernel/errors.ts';
import { changed, invalidDump, unreadable } from './errors.ts';
import { PieceReader, type Pieces } from './piece-reader.ts';

/** Of small files, of which there may be thousands, a piece is hardly larger than the file: the garbage collector minds megabytes. */
const MAX_PIECE_BYTES = 1024 * 1024;
/** A file that is written to while it is read may have been empty before, and what is unzipped is larger than the file. */
const MIN_PIECE_BYTES = 16 * 1024;

/** More than any metadata that MongoDB takes: options may hold a validator or a pipeline of up to 16 MB of BSON. */
const MAX_METADATA_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of a file of a dump, unzipped where its name ends in `.gz`, in pieces that are lent until the next one is asked for.
 * Symbolic links are not followed.
 * @throws AppError `INVALID_DUMP`, also at the end where the file was written to meanwhile; `DUMP_UNREADABLE`
 */
export function readDumpFile(path: string, signal: AbortSignal): Pieces {
  const read = path.endsWith('.gz') ? zipped : plain;
  return readFile(path, signal, read);
}

/** The bytes of an archive, like those of `readDumpFile`, but unzipped where they are zipped: mongodump asks for no ending. */
export function readArchiveFile(path: string, signal: AbortSignal): Pieces {
  return readFile(path, signal, (...given) => unzippedIfZipped(plain(...given), signal));
}

async function* readFile(
  path: string,
  signal: AbortSignal,
  read: (handle: FileHandle, pieceBytes: number, signal: AbortSignal) => Pieces,
): Pieces {
  try {
    // Without O_NONBLOCK, to open a named pipe would wait for its writer, for ever.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const before = await handle.stat({ bigint: true });
      if (!before.isFile()) throw invalidDump(path, 'is no file');
      const pieceBytes = Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, Number(before.size)));
      yield* read(handle, pieceBytes, signal);
      // What was cut off or appended between two documents shows nowhere else.
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
  // One for all: fresh memory for each takes the system time, and the garbage collector's.
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

/** The bytes, unzipped where they begin as those of gzip do (RFC 1952). @throws what node:zlib throws. */
export async function* unzippedIfZipped(pieces: Pieces, signal: AbortSignal): Pieces {
  const reader = new PieceReader(pieces);
  try {
    const isZipped = (await reader.fill(2)) && reader.rest[0] === 0x1f && reader.rest[1] === 0x8b;
    if (!isZipped) yield* reader.all();
    // A stream reads ahead, and so cannot be lent what the next read overwrites.
    else yield* unzipped(Readable.from(copies(reader.all()), { highWaterMark: 1 }), MAX_PIECE_BYTES, signal);
  } finally {
    await reader.close();
  }
}

async function* copies(pieces: Pieces): Pieces {
  for await (const piece of pieces) yield piece.slice();
}

async function* unzipped(stream: Readable, pieceBytes: number, signal: AbortSignal): Pieces {
  // What goes wrong in either stream is thrown where the unzipped one is read.
  const unzip = pipeline(stream, createGunzip({ chunkSize: pieceBytes }), () => undefined);
  for await (const piece of unzip) {
    signal.throwIfAborted();
    if (!(piece instanceof Uint8Array) || !(piece.buffer instanceof ArrayBuffer)) throw new TypeError('not bytes');
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

/** A small file of a dump, whole. */
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
