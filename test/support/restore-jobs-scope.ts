import assert from 'node:assert/strict';
import { call as callOperation, wire, type Call } from './api-request.ts';
import { CLUSTER_FACTS, SNAPSHOT_FACTS } from './facts.ts';
import { memoryStore } from './memory-store.ts';
import { recordingQueue } from './recording-queue.ts';
import { CALLER, GROUP_ID, insertCluster, ORG_ID, seededMetastore, START_MS } from './seeded-metastore.ts';
import { defineError } from '../../src/http/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/json.ts';
import type { RemovalHook } from '../../src/metastore/index.ts';
import type { RestoreProgressRecord, RestoreReport } from '../../src/pipelines/restore/index.ts';
import type { Snapshot as StoredSnapshot } from '../../src/snapshot/repository/index.ts';
import type { RestoreTarget } from '../../src/snapshot/targets/index.ts';
import type { Cluster, Clusters, SourceHook } from '../../src/resources/clusters/index.ts';
import type { ExportBucket, UsableHook } from '../../src/resources/export-buckets/index.ts';
import type { Snapshot } from '../../src/resources/snapshots/index.ts';
import { createRestoreJobs, type RestoreRequest } from '../../src/resources/restore-jobs/index.ts';

export const CLUSTER: Cluster = { ...CLUSTER_FACTS, name: 'backupRestores-305' };
export const TARGET: Cluster = { ...CLUSTER, id: 'f0123456789abcdef012345f', name: 'target', sourceKind: 'mongodb' };
export const SNAPSHOT_ID = '6a79468a2c88faeba59de489';
export const SNAPSHOT: Snapshot = {
  ...SNAPSHOT_FACTS,
  id: SNAPSHOT_ID,
  startedAt: Date.UTC(2026, 7, 10, 3, 35, 5),
  completedAt: START_MS,
  expiresAt: START_MS,
};
export const BUCKET: ExportBucket = {
  id: 'b'.repeat(24),
  groupId: GROUP_ID,
  roleId: 'c'.repeat(24),
  provider: 'GCP',
  bucketName: 'exports',
  storeId: undefined,
  createdAt: START_MS,
};
const HASH = { documents: 1, sum: 'ab'.repeat(16) };
export const REPORT: RestoreReport = {
  source: 'snapshot',
  target: 'mongodb://127.0.0.1',
  collections: [
    {
      database: 'shop',
      name: 'orders',
      type: 'collection',
      outcome: 'restored',
      source: HASH,
      bytes: 10,
      target: HASH,
      proof: 'equal',
    },
  ],
  documents: 1,
  bytes: 10,
  leftOut: [],
  problems: [],
};
export const RECORD: RestoreProgressRecord = {
  collections: { 'shop.orders': { hash: HASH, bytes: 10, merged: false, state: 'begun' } },
};
const notFound = defineError('NOT_FOUND_BY_FAKE', 404, (id: string) => id);

function unused(): never {
  throw new Error('not used here');
}

/** The restore jobs alone, with everything that they work with in memory. */
export async function restoreJobsScope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  await insertCluster(database, TARGET);
  const clock = { ms: Date.UTC(2026, 7, 10, 3, 44, 52), now: () => clock.ms };
  const { queue, queued, waiting, retried } = recordingQueue();
  const hooks: {
    snapshot?: RemovalHook<Snapshot>;
    cluster?: RemovalHook<Cluster>;
    source?: SourceHook;
    bucket?: RemovalHook<ExportBucket>;
    usable?: UsableHook;
  } = {};
  const store = memoryStore();
  const opened: string[] = [];
  let closed = 0;
  const target: RestoreTarget = {
    description: 'mongodb://127.0.0.1',
    collectionsAtOnce: 1,
    keepsOplog: false,
    inspect: unused,
    drop: unused,
    writing: unused,
    createCollection: unused,
    writeBlock: unused,
    createIndexes: unused,
    createView: unused,
    finish: unused,
    close: () => {
      closed++;
      return Promise.resolve();
    },
  };
  const state: {
    restore: (request: RestoreRequest) => Promise<RestoreReport>;
    snapshots: readonly Snapshot[];
    dumpIdentity: string;
    /** The project whose job has written the export. */
    exportedBy: string | undefined;
    /** The projects whose exports the bucket has. */
    owners: readonly string[];
  } = {
    restore: () => Promise.resolve(REPORT),
    snapshots: [SNAPSHOT],
    dumpIdentity: 'dump 1',
    exportedBy: undefined,
    owners: [],
  };
  const stored: StoredSnapshot = {
    header: {
      id: SNAPSHOT_ID,
      clusterName: CLUSTER.name,
      startedAt: START_MS,
      mongodbVersion: '8.0.29',
      consistency: { level: 'none', reason: '' },
      leftOut: [],
      badValues: [],
    },
    totals: { collections: 0, blocks: 0, documents: 0, bytes: 0, storedBytes: 0, badDocuments: 0, lookAlikes: 0 },
    collections: [],
    entries: function* () {},
    storedBlock: unused,
  };
  const requireCluster: Clusters['requireCluster'] = (_groupId, name) => {
    const found = [CLUSTER, TARGET].find((cluster) => cluster.name === name);
    return found === undefined ? Promise.reject(notFound(name)) : Promise.resolve(found);
  };
  const jobs = createRestoreJobs({
    database,
    clock,
    queue,
    projects: {
      requireOrganizationOf: (groupId) =>
        groupId === GROUP_ID ? Promise.resolve(ORG_ID) : Promise.reject(notFound(groupId)),
    },
    clusters: {
      requireCluster,
      requireClusterOfBackups: requireCluster,
      openClusterTarget: () => Promise.resolve(target),
      onRemoval: (hook) => (hooks.cluster = hook),
      onSourceChange: (hook) => (hooks.source = hook),
    },
    snapshots: {
      requireSnapshot: (_cluster, id) =>
        id === SNAPSHOT_ID ? Promise.resolve(SNAPSHOT) : Promise.reject(notFound(id)),
      snapshotsOf: () => Promise.resolve(state.snapshots),
      onRemoval: (hook) => (hooks.snapshot = hook),
    },
    repository: {
      openSnapshot: (id) => {
        opened.push(id);
        return Promise.resolve(stored);
      },
    },
    restore: (request) => state.restore(request),
    openDump: (path) => {
      opened.push(path);
      const source = { description: path, identity: state.dumpIdentity, collections: [], leftOut: [] };
      return Promise.resolve({
        source,
        close: () => {
          closed++;
          return Promise.resolve();
        },
      });
    },
    exportBuckets: {
      findPlace: (_groupId, address) =>
        Promise.resolve(
          address.startsWith('bucket/') ? { bucket: BUCKET, place: `${address.slice('bucket/'.length)}/` } : undefined,
        ),
      requireExportBucket: () => Promise.resolve(BUCKET),
      openStore: () => Promise.resolve(store),
      onRemoval: (hook) => (hooks.bucket = hook),
      onUsable: (hook) => (hooks.usable = hook),
    },
    exportJobs: {
      groupIdOf: () => Promise.resolve(state.exportedBy),
      ownersOf: () => Promise.resolve(state.owners),
    },
    openDownload: () => ({ bytes: 3, version: 'v1', read: unused }),
    linkKey: new Uint8Array(32),
  });
  const call = async (id: string, { params, ...request }: Partial<Call> = {}) =>
    await callOperation(jobs.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, clusterName: CLUSTER.name, ...params },
    });
  const create = async (body: JsonObject, caller = CALLER) =>
    await call('createGroupClusterBackupRestoreJob', { body, caller });
  const restoreTo = async (body: JsonObject, { clusterName = TARGET.name, caller = CALLER } = {}) =>
    await call('restoreToCluster', { body, caller, api: 'longshore', params: { clusterName } });
  const removeBucket = async (): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.bucket?.(transaction, BUCKET));
  const becomeUsable = async (bucket: ExportBucket): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.usable?.(transaction, bucket));
  const read = async (restoreJobId: string, api: 'v1.0' | 'v2' = 'v2', clusterName = CLUSTER.name): Promise<string> =>
    wire(await call('getGroupClusterBackupRestoreJob', { params: { restoreJobId, clusterName }, api }));
  const details = async (restoreJobId: string, clusterName = CLUSTER.name): Promise<JsonObject> => {
    const { body } = await call('getRestoreJobDetails', { params: { restoreJobId, clusterName }, api: 'longshore' });
    assert.ok(isJsonObject(body));
    return body;
  };
  const cancel = async (restoreJobId: string) =>
    await call('cancelGroupClusterBackupRestoreJob', { params: { restoreJobId } });
  const attempt = async (restoreJobId: string): Promise<void> =>
    await jobs.jobHandlers['restore-snapshot']?.run({
      payload: { restoreJobId },
      attempt: 1,
      signal: new AbortController().signal,
      fence: () => Promise.resolve(),
      report: () => undefined,
    });
  const fail = async (restoreJobId: string, error: unknown): Promise<void> =>
    await database
      .transaction()
      .execute(
        async (transaction) => await jobs.jobHandlers['restore-snapshot']?.failed(transaction, { restoreJobId }, error),
      );
  const removeSnapshot = async (changed: Partial<Snapshot> = {}): Promise<void> =>
    await database
      .transaction()
      .execute(async (transaction) => await hooks.snapshot?.(transaction, { ...SNAPSHOT, ...changed }));
  const removeTarget = async (): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.cluster?.(transaction, TARGET));
  const changeSource = async (cluster: Cluster): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.source?.(transaction, cluster));
  return {
    ...{ retried, changeSource },
    ...{ clock, queued, state, call, create, read, details, cancel, attempt, fail, removeSnapshot, removeTarget },
    ...{ waiting, opened, restoreTo, removeBucket, becomeUsable, store },
    openLinkedDownload: jobs.openLinkedDownload,
    closed: () => closed,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

export function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}
