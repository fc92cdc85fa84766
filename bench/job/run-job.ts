// Runs one half of an export job in a process of its own, because time and memory of the halves are measured
// separately.
//   node bench/job/run-job.ts capture DUMP FOLDER THREADS    a dump directory to a snapshot in a new repository
//   node bench/job/run-job.ts export FOLDER STORE THREADS    that snapshot to a finished export in a store: its configuration as JSON
// Each prints HalfFacts.
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { ObjectStore, StoreConfig } from '../../src/object-store/contract.ts';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { captureSnapshot } from '../../src/pipelines/capture/index.ts';
import { exportSnapshot } from '../../src/pipelines/export/index.ts';
import { createSnapshotRepository, type SnapshotRepository } from '../../src/snapshot/repository/index.ts';
import { openMongodumpSource } from '../../src/snapshot/sources/index.ts';
import { peakRssMb } from '../peak-rss.ts';

/** The report of both halves, as one line of JSON. */
export interface HalfFacts {
  /** The time of the run, without the start of the process. */
  readonly milliseconds: number;
  /** The processor time of all threads together. */
  readonly cpuMilliseconds: number;
  readonly peakRssMb: number;
  /** The longest that the main thread was busy without a turn of the event loop. */
  readonly longestStallMs: number;
  /** Uncompressed BSON. */
  readonly bsonBytes: number;
  /** Bytes written to the repository or to the bucket. */
  readonly writtenBytes: number;
}

const ID = '000000000000000000000001';
const STALL_RESOLUTION_MS = 5;
const { signal } = new AbortController();

function open(config: StoreConfig): Promise<ObjectStore> {
  return openObjectStore(config, { clock: systemClock, create: true });
}

async function repositoryIn(folder: string): Promise<SnapshotRepository> {
  return createSnapshotRepository(await open({ kind: 'local', directory: join(folder, 'repository') }));
}

async function capture(
  dump: string,
  folder: string,
  pool: BlockPool,
): Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>> {
  const repository = await repositoryIn(folder);
  const source = await openMongodumpSource(dump);
  const totals = await captureSnapshot({
    source,
    repository,
    pool,
    id: ID,
    clusterName: 'bench',
    startedAt: 0,
    signal,
  });
  await source.close();
  return { bsonBytes: totals.bytes, writtenBytes: totals.storedBytes };
}

async function exportIt(
  folder: string,
  store: string,
  pool: BlockPool,
): Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>> {
  const repository = await repositoryIn(folder);
  const snapshot = await repository.openSnapshot(ID);
  const totals = await exportSnapshot({
    snapshot,
    store: await open(JSON.parse(store) as StoreConfig),
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
  return { bsonBytes: snapshot.totals.bytes, writtenBytes: totals.bytes };
}

/** The threads are new. Their start and end count. */
async function measured(
  threads: number,
  run: (pool: BlockPool) => Promise<Pick<HalfFacts, 'bsonBytes' | 'writtenBytes'>>,
): Promise<HalfFacts> {
  const delay = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const pool = new BlockPool({ threads });
  const sizes = await run(pool);
  await pool.close();
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

const [half, ...args] = process.argv.slice(2);
const threads = Number(args.pop());
const [first = '', second = ''] = args;
if (half !== 'capture' && half !== 'export')
  throw new Error('usage: run-job.ts capture DUMP FOLDER THREADS | export FOLDER STORE THREADS');
const facts = await measured(threads, (pool) =>
  half === 'capture' ? capture(first, second, pool) : exportIt(first, second, pool),
);
console.log(JSON.stringify(facts));
