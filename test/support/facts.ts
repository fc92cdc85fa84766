import type { Cluster } from '../../src/resources/clusters/index.ts';
import type { ExportJob } from '../../src/resources/export-jobs/index.ts';
import type { Snapshot } from '../../src/resources/snapshots/index.ts';
import { GROUP_ID, START_MS } from './seeded-metastore.ts';

/** A cluster of the seeded project. */
export const CLUSTER_FACTS: Cluster = {
  id: 'e0123456789abcdef012345e',
  groupId: GROUP_ID,
  name: 'shop',
  sourceKind: 'mongodump',
  allowEmpty: false,
  strict: false,
  mongodbVersion: '8.0.29',
  isProvisioned: false,
  hasBackups: true,
  shardCount: 0,
  createdAt: START_MS,
  isRemoved: false,
};

/** A completed snapshot of that cluster. */
export const SNAPSHOT_FACTS: Snapshot = {
  id: '6a7943462c88faeba59ccf5f',
  groupId: GROUP_ID,
  clusterId: CLUSTER_FACTS.id,
  description: '',
  retention: { unit: 'DAYS', value: 1 },
  hasOwnRetention: false,
  scheduledFor: undefined,
  shardCount: 0,
  status: 'completed',
  requestedAt: START_MS,
  startedAt: Date.UTC(2026, 7, 10, 3, 27, 8),
  completedAt: Date.UTC(2026, 7, 10, 3, 28, 21),
  expiresAt: Date.UTC(2026, 7, 11, 3, 28, 21),
  mongodbVersion: '8.0.29',
  storageSizeBytes: 1,
  consistency: undefined,
  leftOut: undefined,
  strict: false,
  findings: undefined,
  progress: undefined,
  failure: undefined,
};

/** A successful export of that snapshot. */
export const EXPORT_FACTS: ExportJob = {
  id: '6a7945592c88faeba59d5e8e',
  groupId: GROUP_ID,
  clusterId: CLUSTER_FACTS.id,
  snapshotId: SNAPSHOT_FACTS.id,
  exportBucketId: '6a794342c0eb9e7a17729455',
  state: 'Successful',
  customData: [],
  prefix: 'exported_snapshots/a/b/shop/2026-08-10T0327/1786332505',
  createdAt: START_MS,
  finishedAt: START_MS + 1000,
  exportedCollections: 1,
  totalCollections: 1,
  figures: { documents: 3, totalDocuments: 3, bytes: 9, totalBytes: 9, objects: 1, objectBytes: 5 },
  isClaimed: true,
  isCompleting: true,
  reason: undefined,
};
