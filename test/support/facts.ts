import type { Cluster } from '../../src/resources/clusters/index.ts';
import type { ExportJob } from '../../src/resources/export-jobs/index.ts';
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
  hasBackups: true,
  createdAt: START_MS,
  isRemoved: false,
};

/** A successful export of that cluster. */
export const EXPORT_FACTS: ExportJob = {
  id: '6a7945592c88faeba59d5e8e',
  groupId: GROUP_ID,
  clusterId: CLUSTER_FACTS.id,
  snapshotId: '6a7943462c88faeba59ccf5f',
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
