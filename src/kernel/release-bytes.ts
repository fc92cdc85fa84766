/** Smaller buffers may share their memory with others (Node.js takes those from a pool), and gain nothing. */
const MIN_BYTES = 256 * 1024;

/**
 * Gives the memory of bytes that nobody needs any more back at once. The garbage collector would do so too, but it does not
 * hurry for memory outside the heap, and a process that moves megabytes at a time grows by hundreds of them meanwhile.
 * The whole buffer goes, with every view of it: to be called by its owner only.
 */
export function releaseBytes(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.buffer.byteLength >= MIN_BYTES) bytes.buffer.transfer(0);
}
