import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Windows cannot sync a directory. */
const CAN_SYNC = process.platform !== 'win32';

/** Syncs a directory, so that created, renamed and removed names survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  if (!CAN_SYNC) return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The synchronous form, for the time before anything is served. */
export function syncDirectorySync(directory: string): void {
  if (!CAN_SYNC) return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
