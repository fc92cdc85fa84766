/**
 * Gives the memory of bytes that nobody needs any more back at once. The garbage collector would do so too, but it does not
 * hurry for memory outside the heap, and a process that moves megabytes at a time grows by hundreds of them meanwhile.
 * The whole buffer goes, with every view of it: to be called by its owner only. The buffer that small Buffers of Node.js share stays,
 * and so do others that are no larger, which gain nothing.
 */
export function releaseBytes(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.buffer.byteLength > Buffer.poolSize) bytes.buffer.transfer(0);
}
