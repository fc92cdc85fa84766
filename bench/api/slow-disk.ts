// Loaded with --import: every sync of the log takes longer, as on a disk that takes so many milliseconds for it (DISK_MS). The syncs
// run in a thread of their own, because the bare server waits in the same way, in the thread that commits.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { waitForDisk } from './wait-for-disk.ts';

const DISK = 'disk';

if (isMainThread) {
  const { fdatasync } = fs;
  const waiting: (() => void)[] = [];
  let disk: Worker | undefined;

  fs.fdatasync = Object.assign(
    (descriptor: number, done: fs.NoParamCallback) => {
      disk ??= startDisk(() => waiting.shift()?.());
      waiting.push(() => done(null));
      disk.postMessage(descriptor);
    },
    { __promisify__: fdatasync.__promisify__ },
  );
  syncBuiltinESMExports();
} else if (workerData === DISK) {
  parentPort?.on('message', (descriptor: number) => {
    waitForDisk(Number(process.env['DISK_MS']));
    fs.fdatasyncSync(descriptor);
    parentPort?.postMessage('synced');
  });
}

function startDisk(onSynced: () => void): Worker {
  const disk = new Worker(import.meta.filename, { workerData: DISK });
  disk.on('message', onSynced);
  disk.unref();
  return disk;
}
