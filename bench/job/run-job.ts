// One half of an export job, as a process of its own, so that its time and memory can be told apart:
//   node bench/job/run-job.ts capture DUMP FOLDER      a dump directory to a snapshot in a new repository; prints CaptureFacts
//   node bench/job/run-job.ts export FOLDER THREADS    that snapshot to a finished export in a directory; prints ExportFacts
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import { captureSnapshot, EncodePool, exportSnapshot } from '../../src/pipelines/index.ts';
import { createSnapshotRepository, openMongodumpSource, type SnapshotRepository } from '../../src/snapshot/index.ts';
import { peakRssMb } from '../peak-rss.ts';

/** What both halves say of themselves, as one line of JSON. */
export interface HalfFacts {
  /** Without the start of the process. */
  readonly milliseconds: number;
  /** Of all threads together. */
  readonly cpuMilliseconds: number;
  readonly peakRssMb: number;
  /** The longest that the main thread was busy without a turn of the event loop. */
  readonly longestStallMs: number;
  /** Uncompressed BSON. */
  readonly bsonBytes: number;
  /** What was written: to the repository, or to the bucket. */
  readonly writtenBytes: number;
}

const ID = '000000000000000000000001';
const STALL_RESOLUTION_MS = 5;
const { signal } = new AbortController();

function open(directory: string): Promise<ObjectStore> {
  return openObjectStore({ kind: 'local', directory }, { clock: systemClock });
}

async function repositoryIn(folder: string): Promise<SnapshotRepository> {
  return createSnapshotRepository(await open(join(folder, 'repository')));
}

async function capture(dump: string, folder: string): Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>> {
  const repository = await repositoryIn(folder);
  const source = await openMongodumpSource(dump);
  const totals = await captureSnapshot({ source, repository, id: ID, clusterName: 'bench', startedAt: 0, signal });
  await source.close();
  return { bsonBytes: totals.bytes, writtenBytes: totals.storedBytes };
}

async function exportIt(folder: string, threads: number): Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>> {
  const repository = await repositoryIn(folder);
  const snapshot = await repository.openSnapshot(ID);
  const pool = new EncodePool({ threads });
  const totals = await exportSnapshot({
    snapshot,
    store: await open(join(folder, 'bucket')),
    prefix: 'exported_snapshots/org/group/bench/2026-01-01T0000/0',
    replicaSetName: 'rs0',
    mode: 'canonical',
    product: 'longshore bench',
    finished: [],
    signal,
    pool,
    completion: {
      orgId: '',
      orgName: '',
      groupId: '',
      groupName: '',
      clusterUniqueId: '',
      clusterName: 'bench',
      labels: [],
      customData: [],
    },
  });
  await pool.close();
  return { bsonBytes: snapshot.totals.bytes, writtenBytes: totals.bytes };
}

async function measured(run: () => Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>>): Promise<HalfFacts> {
  const delay = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const sizes = await run();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return {
    ...sizes,
    milliseconds,
    cpuMilliseconds: (user + system) / 1000,
    peakRssMb: peakRssMb(),
    longestStallMs: Math.max(0, delay.max / 1e6 - STALL_RESOLUTION_MS),
  };
}

const [half, first = '', second = ''] = process.argv.slice(2);
if (half !== 'capture' && half !== 'export')
  throw new Error('usage: run-job.ts capture DUMP FOLDER | export FOLDER THREADS');
console.log(
  JSON.stringify(await measured(() => (half === 'capture' ? capture(first, second) : exportIt(first, Number(second))))),
);
