import type { ByteRange, Download, DownloadOptions } from './contract.ts';
import { layOutDump } from './dump-layout.ts';
import { gzipBytes, gzipMember, MEMBER_BYTES, MEMBER_CONTENT_BYTES } from './gzip-members.ts';
import { readTar } from './tar-reader.ts';

/** The number of this form of the archive. A change of one byte of it needs another number. */
const FORM = 1;

/**
 * Opens a snapshot as a `tar.gz` of a dump in the layout of mongodump. Nothing is written anywhere: each reading makes the
 * bytes anew from the blocks of the snapshot. A reading takes the memory of a block and of two members.
 * @throws AppError `DUMP_NAME_UNUSABLE`
 */
export function openDownload(options: DownloadOptions): Download {
  const layout = layOutDump(options.snapshot);
  const bytes = gzipBytes(layout.bytes);
  return {
    bytes,
    version: `${options.snapshot.header.id}-${FORM}-${bytes}`,
    async *read({ start, end }: ByteRange, signal: AbortSignal) {
      const firstMember = Math.floor(start / MEMBER_BYTES);
      let at = firstMember * MEMBER_BYTES;
      if (at >= end) return;
      const memory = Buffer.allocUnsafeSlow(MEMBER_BYTES);
      for await (const content of membersOf(readTar(options, layout, firstMember * MEMBER_CONTENT_BYTES, signal))) {
        const member = gzipMember(content, memory);
        const wanted = member.subarray(Math.max(0, start - at), Math.max(0, end - at));
        if (wanted.byteLength > 0) yield wanted;
        at += member.byteLength;
        if (at >= end) return;
      }
    },
  };
}

/** Cuts bytes into the contents of members. A content is valid until the next one is requested. */
async function* membersOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const content = new Uint8Array(MEMBER_CONTENT_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.byteLength;) {
      const part = piece.subarray(from, from + content.byteLength - filled);
      content.set(part, filled);
      filled += part.byteLength;
      from += part.byteLength;
      if (filled < content.byteLength) continue;
      yield content;
      filled = 0;
    }
  }
  if (filled > 0) yield content.subarray(0, filled);
}
