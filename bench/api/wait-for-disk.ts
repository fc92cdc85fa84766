/** Stands for the disk of a slow sync. Nobody wakes its waiters. */
const disk = new Int32Array(new SharedArrayBuffer(4));

/** Stops this thread for a time, because a timer of the event loop waits for whole milliseconds, and longer. */
export function waitForDisk(milliseconds: number): void {
  if (milliseconds > 0) Atomics.wait(disk, 0, 0, milliseconds);
}
