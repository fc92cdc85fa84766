import { readFileSync, writeFileSync } from 'node:fs';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { live, type LifeEnd, type LifeOptions } from './life.ts';

// One life of a server in a process of its own, which kill -9 can end. The argument names a file with the life's options. The faults
// that are left are written back to the file before each fault, because what comes after a kill must not meet the same fault again.

export type LifeFile = Omit<LifeOptions, 'onFault'> & { end?: LifeEnd };

const file = process.argv[2] ?? '';
const options = JSON.parse(readFileSync(file, 'utf8')) as LifeFile;
const write = (changes: Partial<LifeFile>): void => writeFileSync(file, JSON.stringify({ ...options, ...changes }));
// One thread, because starting one takes longer than all blocks of a life.
const pool = new BlockPool({ threads: 1 });
const end = await live({ ...options, onFault: (faults) => write({ faults }) }, pool);
await pool.close();
write({ faults: end.left, end });
