import { RefusedError } from './client.ts';
import type { Session, Surroundings } from './command.ts';
import {
  readCluster,
  readExportJob,
  readSnapshot,
  type ExportBucket,
  type ExportJob,
  type Snapshot,
} from './documents.ts';
import { ensureBucket } from './ensure-bucket.ts';
import { exportHasEnded, requireSuccess, startExport, watchExport } from './export-job.ts';
import { backupPath, listBuckets, type FoundCluster } from './find.ts';
import { requireNotFailed, watchSnapshot } from './snapshot-job.ts';
import { sourceBody } from './source-options.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { ClusterSource } from '../resources/clusters/index.ts';

/** What one run is to do. */
export interface RunOptions {
  readonly clusterName: string;
  readonly source: ClusterSource;
  readonly bucketName: string;
  readonly allowEmpty: boolean;
  readonly strict: boolean;
  readonly retentionDays: number;
}

/** A snapshot that was taken, and its export, which was successful. */
export interface RunResult {
  readonly cluster: FoundCluster;
  readonly snapshot: Snapshot;
  readonly job: ExportJob;
}

/**
 * Takes a snapshot and exports it. What an earlier run in the same data directory has begun is finished first.
 * @throws AppError `SNAPSHOT_FAILED`, `EXPORT_FAILED`, and what the requests throw.
 */
export async function runBackup(session: Session, surroundings: Surroundings, options: RunOptions): Promise<RunResult> {
  const cluster = await ensureCluster(session, options);
  const bucket = await freshBucket(session, options.bucketName);
  const exports = session.extensionPath(`${cluster.backup}/exports`);
  for (const { id, exportBucketId, state } of await session.client.list(readExportJob, exports)) {
    const isLeft = exportBucketId === bucket._id && !exportHasEnded({ state });
    if (isLeft) await watchExport(session, cluster, id, surroundings);
  }
  const { id: snapshotId } =
    (await unfinishedSnapshot(session, cluster)) ??
    (await takeSnapshot(session, cluster, { ...options, description: '' }));
  const snapshot = await watchSnapshot(session, cluster, snapshotId, surroundings);
  requireNotFailed(cluster, snapshot);
  const { id } = await startExport(session, cluster, { snapshotId, exportBucketId: bucket._id });
  const job = await watchExport(session, cluster, id, surroundings);
  requireSuccess(cluster, job);
  return { cluster, snapshot, job };
}

async function ensureCluster(session: Session, options: RunOptions): Promise<FoundCluster> {
  const { clusterName: name, source, allowEmpty, strict } = options;
  const { client, path, extensionPath } = session;
  const backup = backupPath(name);
  const known = (await client.list(readCluster, path('/clusters'))).find((cluster) => cluster.name === name);
  if (known !== undefined) return { id: known.id, name, backup };
  const body = { name, allowEmpty, strict, ...sourceBody(source) };
  const { id } = await client.request(readCluster, 'POST', extensionPath('/clusters'), body);
  return { id, name, backup };
}

/**
 * Registers the bucket anew, because the directory under an address may have been replaced since the last run. A bucket that
 * an unfinished export needs stays as it is.
 */
async function freshBucket(session: Session, bucketName: string): Promise<ExportBucket> {
  for (const { _id, bucketName: name } of await listBuckets(session)) {
    if (name !== bucketName) continue;
    try {
      await session.client.request(() => undefined, 'DELETE', session.path(`/backup/exportBuckets/${_id}`));
    } catch (thrown) {
      if (!(thrown instanceof RefusedError)) throw thrown;
    }
  }
  return (await ensureBucket(session, bucketName, { provider: 'AWS' })).bucket;
}

async function unfinishedSnapshot(
  { client, extensionPath }: Session,
  { backup }: FoundCluster,
): Promise<Snapshot | undefined> {
  const snapshots = await client.list(readSnapshot, extensionPath(`${backup}/snapshots`));
  return snapshots.find(({ status }) => status === 'queued' || status === 'inProgress');
}
