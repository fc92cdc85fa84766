import { join } from 'node:path';
import { bootstrap } from '../../src/app/bootstrap.ts';
import { compose } from '../../src/app/compose.ts';
import { resolveSettings } from '../../src/app/config.ts';
import { openDataDirectory } from '../../src/app/data-directory.ts';
import { createSourceOpener } from '../../src/app/open-source.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { BlockPool } from '../../src/pipelines/threads/index.ts';
import { DigestClient, type Credentials } from '../support/digest-client.ts';
import { FaultPlan, type Fault, type Place } from './fault-plan.ts';
import { faultyDatabase, faultySource, faultyStore } from './faulty-places.ts';
import { Scenario, type ClusterSource, type Seen } from './scenario.ts';

/** The interval at which the worker looks for jobs. */
const POLL_MS = 20;
/**
 * A stopped server must end within this time, even if a call stalls. The registration of a bucket ends by itself after
 * 20 s.
 */
const STOP_MS = 40_000;

/** The time that passes on the server whenever the scenario waits, and that by which the clock is set back each fourth time. */
const PASSED_MS = 120_000;
const SET_BACK_MS = -180_000;

/** The rows of the first start, for every later life. */
export interface FirstStart extends Credentials {
  readonly groupId: string;
  readonly roleId: string;
}

export interface LifeOptions {
  /** Holds the data directory. */
  readonly directory: string;
  readonly source: ClusterSource;
  readonly first: FirstStart;
  readonly faults: readonly Fault[];
  readonly onFault?: (left: readonly Fault[]) => void;
  /** The observations of earlier lives. */
  readonly seen: Seen;
}

export interface LifeEnd {
  /** The faults that did not happen in this life. */
  readonly left: readonly Fault[];
  /** Whether a call stalled, and the server was stopped for that. */
  readonly hasStalled: boolean;
  /** What was called, of each place in the order of the calls. */
  readonly calls: Readonly<Record<Place, readonly string[]>>;
}

/** Makes the data directory of a test, without a fault. */
export async function firstStart(directory: string): Promise<FirstStart> {
  const settings = settingsOf(directory);
  const clock = { now: () => Date.now() };
  const opened = await openDataDirectory(settings, { clock });
  const parts = await compose({ settings, directory: opened, clock, logger: silentLogger });
  const first = await bootstrap(parts);
  opened.firstStartIsKept();
  await parts.close();
  await opened.close();
  if (first === undefined) throw new Error('the data directory was not new');
  return first;
}

/**
 * One life of a server on its data directory: until the scenario is at its end, or a call stalls.
 * @param pool the threads, which the caller closes.
 */
export async function live(options: LifeOptions, pool: BlockPool): Promise<LifeEnd> {
  const { directory, source, first, faults, onFault, seen } = options;
  const settings = settingsOf(directory);
  // Minutes pass whenever the scenario waits, because jobs wait up to minutes before they are tried again. Now and then the clock is set back.
  let waits = 0;
  let skippedMs = 0;
  const pass = (): void => {
    skippedMs += ++waits % 4 === 0 ? SET_BACK_MS : PASSED_MS;
  };
  const clock = { now: () => Date.now() + skippedMs };
  const stalled = new AbortController();
  const plan = new FaultPlan({ faults, onStall: () => stalled.abort(), ...(onFault === undefined ? {} : { onFault }) });
  const opened = await openDataDirectory(settings, { clock });
  const openSource = createSourceOpener(settings, opened.spool);
  const parts = await compose({
    settings,
    clock,
    logger: silentLogger,
    directory: {
      ...opened,
      metastore: { ...opened.metastore, database: faultyDatabase(opened.metastore.database, plan) },
      repositoryStore: faultyStore(opened.repositoryStore, plan, 'repository'),
    },
    openStore: async (config, surroundings) => faultyStore(await openObjectStore(config, surroundings), plan, 'bucket'),
    openSource: async (...asked) => faultySource(await openSource(...asked), plan),
    jobs: { pollMs: POLL_MS },
    pool,
  });
  const url = await parts.http.listen({ host: '127.0.0.1', port: 0 });
  using client = new DigestClient(url, first);
  parts.worker.start();
  try {
    const scenario = new Scenario({ client, ...first, source, seen });
    await scenario.run(stalled.signal, pass);
  } finally {
    await within(STOP_MS, 'the end of a stopped server', Promise.all([parts.http.close(), parts.worker.stop()]));
    await parts.close();
    await opened.close();
  }
  return { left: plan.left, hasStalled: stalled.signal.aborted, calls: plan.calls };
}

/** The scenario lets hours pass, in which a schedule would take snapshots that the scenario does not know of. */
function settingsOf(directory: string) {
  return resolveSettings(
    { dataDir: join(directory, 'data'), port: '0', rateLimits: 'off', defaultSchedule: 'none' },
    {},
  );
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
