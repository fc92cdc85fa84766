// Reads an export in a process of its own, because time and memory are measured:
//   node bench/restore/run-restore.ts decode STORE THREADS        only decodes the documents
//   node bench/restore/run-restore.ts restore STORE THREADS URI   restores them, and reads them back
// Each prints RestoreFacts.
import { systemClock } from '../../src/kernel/clock.ts';
import { releaseBytes } from '../../src/kernel/release-bytes.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import {
  openExportSource,
  restore,
  type RestoreProgress,
  type RestoreSource,
} from '../../src/pipelines/restore/index.ts';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { openMongodbTarget, type RestoreTarget } from '../../src/snapshot/targets/index.ts';
import { peakRssMb } from '../peak-rss.ts';

/** The report, as one line of JSON. */
export interface RestoreFacts {
  /** The time until all documents were decoded or acknowledged. */
  readonly writingMs: number;
  /** The time with the reading back. */
  readonly totalMs: number;
  /** The processor time of all threads until all documents were decoded or acknowledged. */
  readonly writingCpuMs: number;
  /** The part of it that the system took, mostly for moving bytes through the socket. */
  readonly writingSystemMs: number;
  /** The same with the reading back. */
  readonly totalCpuMs: number;
  readonly peakRssMb: number;
  readonly bsonBytes: number;
}

const { signal } = new AbortController();
const [mode, directory = '', threads = '2', uri = ''] = process.argv.slice(2);
const store = await openObjectStore({ kind: 'local', directory }, { clock: systemClock });
const prefix = 'exported_snapshots/org/group/bench/2026-01-01T0000/0';
const source = await openExportSource({ store, prefix, address: directory, signal });
const target = mode === 'decode' ? undefined : await openMongodbTarget(uri, { clock: systemClock });
const start = moment();
const pool = new BlockPool({ threads: Number(threads) });
const { bsonBytes, written } = target === undefined ? await decode(source) : await write(source, target);
await pool.close();
const end = moment();
const facts: RestoreFacts = {
  writingMs: (written ?? end).ms - start.ms,
  totalMs: end.ms - start.ms,
  writingCpuMs: (written ?? end).cpuMs - start.cpuMs,
  writingSystemMs: (written ?? end).systemMs - start.systemMs,
  totalCpuMs: end.cpuMs - start.cpuMs,
  peakRssMb: peakRssMb(),
  bsonBytes,
};
console.log(JSON.stringify(facts));

interface Moment {
  readonly ms: number;
  readonly cpuMs: number;
  readonly systemMs: number;
}

function moment(): Moment {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1000, systemMs: system / 1000 };
}

interface Result {
  readonly bsonBytes: number;
  readonly written?: Moment;
}

async function decode({ collections }: RestoreSource): Promise<Result> {
  let bsonBytes = 0;
  for (const collection of collections) {
    for await (const { bson } of collection.blocks(0, { pool, signal })) {
      bsonBytes += bson.byteLength;
      // A restore frees what it has written, too.
      releaseBytes(bson);
    }
  }
  return { bsonBytes };
}

async function write(from: RestoreSource, to: RestoreTarget): Promise<Result> {
  let written: Moment | undefined;
  const onProgress = ({ phase }: RestoreProgress): void => {
    if (phase === 'verifying') written ??= moment();
  };
  const report = await restore({
    source: from,
    target: to,
    pool,
    clock: systemClock,
    signal,
    onProgress,
    ifExists: 'merge',
  });
  await to.close();
  if (report.problems.length > 0) throw new Error(report.problems.join());
  return { bsonBytes: report.bytes, ...(written === undefined ? {} : { written }) };
}
