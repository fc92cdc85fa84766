/**
 * Frees the memory of bytes at once. Without this call a process that moves megabytes at a time grows by hundreds of
 * megabytes, because the garbage collector is slow to free memory outside the heap.
 * Only the owner of the buffer may call this function, because every view of the buffer becomes empty. A buffer that is no
 * larger than the pool of Node.js's small Buffers is kept, because such Buffers share that pool.
 */
export function releaseBytes(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.buffer.byteLength > Buffer.poolSize) bytes.buffer.transfer(0);
}
