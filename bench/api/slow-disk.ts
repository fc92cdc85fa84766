// Loaded with --import: every sync of the log takes longer, as on a disk that takes so many milliseconds for it (DISK_MS).
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const milliseconds = Number(process.env['DISK_MS']);
const { fdatasync } = fs;

fs.fdatasync = Object.assign(
  (descriptor: number, done: fs.NoParamCallback) => void setTimeout(() => fdatasync(descriptor, done), milliseconds),
  { __promisify__: fdatasync.__promisify__ },
);
syncBuiltinESMExports();
