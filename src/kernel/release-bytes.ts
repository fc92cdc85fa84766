import { isMarkedAsUntransferable } from 'node:worker_threads';

/** Freeing a buffer that is no larger gains nothing. */
const SMALL_BYTES = 4096;

/**
 * Frees the memory of bytes at once. Without this call a process that moves megabytes at a time grows by hundreds of
 * megabytes, because the garbage collector is slow to free memory outside the heap.
 * Only the owner of the buffer may call this function, because every view of the buffer becomes empty. The pool that small
 * Buffers of Node.js share is kept, and so is a buffer of at most 4 KiB.
 */
export function releaseBytes({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength > SMALL_BYTES && !isMarkedAsUntransferable(buffer)) buffer.transfer(0);
}
