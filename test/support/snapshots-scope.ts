import assert from 'node:assert/strict';
import { call as callOperation, wire, type Call } from './api-request.ts';
import { CLUSTER_FACTS } from './facts.ts';
import { recordingQueue } from './recording-queue.ts';
import { insertCluster, CALLER, GROUP_ID, seededMetastore, START_MS } from './seeded-metastore.ts';
import { defineError } from '../../src/http/index.ts';
import { AppError, isTransient } from '../../src/kernel/errors.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { isJsonObject, type Json } from '../../src/kernel/json.ts';
import type { Checkpoint, SnapshotHeader, SnapshotTotals } from '../../src/snapshot/repository/index.ts';
import type { LeftOut } from '../../src/snapshot/contract.ts';
import type { Cluster, Clusters, SourceHook } from '../../src/resources/clusters/index.ts';
import { createSnapshots, type CaptureRequest } from '../../src/resources/snapshots/index.ts';

export const CLUSTER: Cluster = { ...CLUSTER_FACTS, name: 'cluster-989' };
const clusterNotFound = defineError(
  'CLUSTER_NOT_FOUND',
  404,
  (name: string, groupId: string) => `${groupId} has no ${name}`,
);
export const PARAMS = { groupId: GROUP_ID, clusterName: CLUSTER.name };
export const TAKE = { description: 'test-snapshot', retentionInDays: 1 };
export const CONSISTENCY = { level: 'pointInTime', reason: 'A test.' } as const;
export const BAD_VALUE = {
  collection: 'app.users',
  _id: '{"$numberInt":"2"}',
  field: 'name',
  reason: 'invalidUtf8',
} as const;
export const CAPTURE_MS = 73_000;

/** The slice of snapshots on a database of its own, with a cluster, a capture and a repository that tests steer. */
export async function snapshotsScope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  const clock = { ms: START_MS, now: () => clock.ms };
  const { queue, queued: jobs, waiting, retried } = recordingQueue();
  const stored = new Map<string, { header: SnapshotHeader; totals: SnapshotTotals }>();
  const state: {
    failure?: Error;
    /** Why the source of the cluster cannot be opened. */
    openFailure?: Error | undefined;
    deletionFailure?: Error | undefined;
    closed: number;
    captures: number;
    collections: number;
    /** Snapshots whose manifest is damaged. */
    damaged?: readonly string[];
    lostLease: boolean;
    /** The latest time that is certain; absent: that of the clock. */
    retentionTime?: number;
    /** Whether a backup copies the repository. */
    isBackedUp?: boolean;
    leftOut?: readonly LeftOut[];
    /** The options of the last capture. */
    isStrict?: boolean;
    earlier?: Checkpoint | undefined;
    /** The progress of earlier attempts, and whether the source can continue it. */
    checkpoint?: Checkpoint | undefined;
    canResume?: boolean;
    allowEmpty?: boolean;
    onReceived?: () => Promise<unknown>;
    /** What the repository holds of every snapshot, and how often it was read. */
    content: readonly { readonly database: string; readonly name: string }[];
    readings: number;
    removal?: Parameters<Clusters['onRemovalOfBackups']>[0];
    sourceHook?: SourceHook;
    cluster: Cluster;
  } = {
    cluster: CLUSTER,
    content: [],
    readings: 0,
    closed: 0,
    captures: 0,
    collections: 0,
    lostLease: false,
  };
  /** The sent archives, by the snapshots' ids. */
  const uploads = new Map<string, string>();
  const openSource = (mongodbVersion: string, isResumed = false) =>
    Promise.resolve({
      mongodbVersion,
      isResumed,
      consistency: CONSISTENCY,
      leftOut: state.leftOut ?? [],
      collections: [],
      close: () => {
        state.closed++;
        return Promise.resolve();
      },
    });
  const during: { check?: () => Promise<void> } = {};
  const snapshots = createSnapshots({
    database,
    clock,
    logger: silentLogger,
    lockRemovals: () => (state.isBackedUp === true ? undefined : { release: () => undefined }),
    queue,
    serverTime: { retentionTime: () => Promise.resolve(state.retentionTime ?? clock.ms) },
    clusters: {
      requireCluster: (groupId, name) =>
        name === CLUSTER.name ? Promise.resolve(state.cluster) : Promise.reject(clusterNotFound(name, groupId)),
      requireClusterById: () => Promise.resolve(state.cluster),
      openClusterSource: (_, earlier) =>
        state.openFailure === undefined
          ? openSource('8.0.29', earlier !== undefined && state.canResume === true)
          : Promise.reject(state.openFailure),
      requireClusterOfBackups: (groupId, name) =>
        name === CLUSTER.name ? Promise.resolve(state.cluster) : Promise.reject(clusterNotFound(name, groupId)),
      onRemovalOfBackups: (removal) => void (state.removal = removal),
      onSourceChange: (hook) => (state.sourceHook = hook),
      forgetRemoved: () => Promise.resolve(),
    },
    uploads: {
      receive: async (id, bytes) => {
        let text = '';
        for await (const piece of bytes) text += Buffer.from(piece).toString();
        if (text.startsWith('not ')) throw new AppError({ code: 'INVALID_DUMP', message: `${text} an archive.` });
        if (text === 'too much') throw new AppError({ code: 'SPOOL_FULL', message: 'full' });
        uploads.set(id, text);
        await state.onReceived?.();
      },
      open: (id, options) => {
        assert.ok(uploads.has(id));
        state.allowEmpty = options.allowEmpty;
        return openSource('sent');
      },
      remove: (id) => Promise.resolve(void uploads.delete(id)),
      removeAllBut: (ids) => {
        for (const id of uploads.keys()) if (!ids.includes(id)) uploads.delete(id);
        return Promise.resolve();
      },
    },
    captureSnapshot: async ({ source, id, clusterName, startedAt, isStrict, earlier }: CaptureRequest) => {
      state.isStrict = isStrict;
      state.earlier = earlier;
      state.captures++;
      await during.check?.();
      if (state.failure !== undefined) throw state.failure;
      clock.ms += CAPTURE_MS;
      const totals = {
        collections: 1,
        blocks: 1,
        documents: 1,
        bytes: 5,
        storedBytes: 1_574_477_824,
        badDocuments: 1,
        lookAlikes: 2,
      };
      const header = {
        id,
        clusterName,
        startedAt,
        mongodbVersion: source.mongodbVersion,
        consistency: CONSISTENCY,
        leftOut: state.leftOut ?? [],
        badValues: [BAD_VALUE],
      };
      stored.set(id, { header, totals });
      return totals;
    },
    repository: {
      openSnapshot: (id) => {
        const found = stored.get(id);
        if (found === undefined) {
          return Promise.reject(new AppError({ code: 'SNAPSHOT_NOT_FOUND', message: `no ${id}` }));
        }
        return Promise.resolve({
          ...found,
          collections: [],
          entries: () => assert.fail('not used here'),
          storedBlock: () => assert.fail('not used here'),
        });
      },
      collectionNames: async function* () {
        await Promise.resolve();
        state.readings++;
        yield* state.content;
      },
      deleteSnapshot: (id) => {
        if (state.deletionFailure !== undefined) return Promise.reject(state.deletionFailure);
        stored.delete(id);
        return Promise.resolve();
      },
      openCheckpoint: () => Promise.resolve(state.checkpoint),
      deleteCheckpoint: () => {
        state.checkpoint = undefined;
        return Promise.resolve();
      },
      collectGarbage: async ({ isKnown } = {}) => {
        state.collections++;
        for (const id of state.damaged ?? []) {
          if (await isKnown?.(id))
            throw new AppError({ code: 'SNAPSHOT_MANIFEST_CORRUPT', message: `${id} is damaged` });
          stored.delete(id);
        }
        return { blocks: 0, bytes: 0 };
      },
    },
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(snapshots.operations, id, {
      caller: CALLER,
      ...request,
      params: { ...PARAMS, ...request.params },
    });
  /** Runs the queue's oldest job as a worker does. A job that is to be tried again is the oldest again. */
  const runJob = async (attempt = 1): Promise<void> => {
    const job = jobs.shift();
    assert.ok(job);
    const handler = snapshots.jobHandlers[job.kind];
    assert.ok(handler);
    const fence = () => (state.lostLease ? Promise.reject(new Error('the lease is lost')) : Promise.resolve());
    await handler
      .run({ payload: job.payload, attempt, signal: new AbortController().signal, fence, report: () => undefined })
      .catch(async (thrown: unknown) => {
        if (state.lostLease) return;
        if (isTransient(thrown)) {
          jobs.unshift(job);
          return;
        }
        await database.transaction().execute((transaction) => handler.failed(transaction, job.payload, thrown));
      });
  };
  const collectGarbage = async (): Promise<void> => {
    jobs.unshift({ kind: 'collect-garbage', payload: {} });
    await runJob();
  };
  /** The snapshots whose garbage waits for a collection. */
  const marked = async (): Promise<string[]> => {
    const rows = await database.selectFrom('snapshot_garbage').select('snapshot_id').orderBy('id').execute();
    return rows.map((row) => row.snapshot_id);
  };
  const take = async (): Promise<string> => idOf((await call('takeGroupClusterBackupSnapshots', { body: TAKE })).body);
  const read = async (snapshotId: string): Promise<string> =>
    wire(await call('getGroupClusterBackupSnapshot', { params: { snapshotId } }));
  const removeCluster = async () =>
    await database
      .transaction()
      .execute(async (transaction) => await state.removal?.(transaction, CLUSTER, { retain: false }));
  const changeSource = async () =>
    await database.transaction().execute(async (transaction) => await state.sourceHook?.(transaction, CLUSTER));
  return {
    database,
    snapshots,
    clock,
    jobs,
    waiting,
    stored,
    state,
    during,
    uploads,
    call,
    runJob,
    collectGarbage,
    marked,
    take,
    read,
    removeCluster,
    retried,
    changeSource,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

export function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}
