import { crc32 } from 'node:zlib';

// A gzip file may consist of several members, one after another (RFC 1952, section 2.2). Here every member holds the same number
// of bytes in stored blocks of DEFLATE (RFC 1951, section 3.2.4), and the last member may hold fewer. So the length of the file
// and the place of each byte are known before any byte is read, and a reader can begin in the middle.

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const TRAILER_BYTES = 8;
const MAX_STORED_BYTES = 65_535;
const STORED_HEADER_BYTES = 5;

/** The content of every member but the last one. */
export const MEMBER_CONTENT_BYTES = 16 * MAX_STORED_BYTES;
/** The length of such a member. */
export const MEMBER_BYTES = memberBytes(MEMBER_CONTENT_BYTES);

/** The length of a member with so many bytes. @param content at least 1. */
function memberBytes(content: number): number {
  return HEADER.byteLength + Math.ceil(content / MAX_STORED_BYTES) * STORED_HEADER_BYTES + content + TRAILER_BYTES;
}

/** The length of the gzip of so many bytes. */
export function gzipBytes(content: number): number {
  const rest = content % MEMBER_CONTENT_BYTES;
  return Math.floor(content / MEMBER_CONTENT_BYTES) * MEMBER_BYTES + (rest === 0 ? 0 : memberBytes(rest));
}

/**
 * Makes a member. @param content from 1 to `MEMBER_CONTENT_BYTES` bytes. @param memory of `MEMBER_BYTES`, of which the member takes
 * the start.
 */
export function gzipMember(content: Uint8Array, memory: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const member = memory.subarray(0, memberBytes(content.byteLength));
  member.set(HEADER);
  let to = HEADER.byteLength;
  for (let from = 0; from < content.byteLength; from += MAX_STORED_BYTES) {
    const part = content.subarray(from, from + MAX_STORED_BYTES);
    const isLast = from + part.byteLength === content.byteLength;
    member[to] = isLast ? 1 : 0;
    member.writeUInt16LE(part.byteLength, to + 1);
    member.writeUInt16LE(part.byteLength ^ 0xffff, to + 3);
    member.set(part, to + STORED_HEADER_BYTES);
    to += STORED_HEADER_BYTES + part.byteLength;
  }
  member.writeUInt32LE(crc32(content), to);
  member.writeUInt32LE(content.byteLength, to + 4);
  return member;
}
