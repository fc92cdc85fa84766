import type { Session } from './command.ts';
import {
  readExportJob,
  readOverdueExport,
  readRestoreJob,
  readSnapshot,
  type ExportJob,
  type OverdueExport,
  type RestoreJob,
  type Snapshot,
} from './documents.ts';
import { exportHasEnded, exportTrouble } from './export-job.ts';
import { backupPath } from './find.ts';
import { isActive, restoreJobsPath, restoreJobTrouble } from './restore-job.ts';
import { snapshotTrouble } from './snapshot-job.ts';
import type { NamedTrouble } from './trouble.ts';
import type { Unserved } from './unserved.ts';

/** What a cluster has, and what is under way. The attributes are those of `status --json`. */
export interface ClusterState {
  readonly document: {
    readonly snapshots: number;
    readonly newestSnapshot: string | undefined;
    readonly exports: number;
    readonly newestExport: string | undefined;
    /** Snapshots, exports and restore jobs under way. */
    readonly running: number;
    readonly waiting: readonly object[];
    /** The newest snapshot, the newest export and the newest restore to a cluster, if they failed. */
    readonly failed: readonly object[];
    /** The moment whose export is missing; undefined if none is overdue. */
    readonly overdueSince: string | undefined;
  };
  readonly troubles: readonly NamedTrouble[];
}

/**
 * Reads the state of a cluster from the server.
 * @param overdue the overdue exports of the project.
 * @param unserved gets what the server cannot tell.
 */
export async function readClusterState(
  { client, extensionPath }: Session,
  { id, name }: { readonly id: string; readonly name: string },
  overdue: readonly OverdueExport[],
  unserved: Unserved,
): Promise<ClusterState> {
  const backup = backupPath(name);
  const snapshots = await client.list(readSnapshot, extensionPath(`${backup}/snapshots`));
  const exports = await client.list(readExportJob, extensionPath(`${backup}/exports`));
  const restorePath = extensionPath(restoreJobsPath({ backup }));
  const restores = (await unserved.ask('restore jobs', () => client.list(readRestoreJob, restorePath))) ?? [];
  const overdueSince = overdue.find(({ clusterId }) => clusterId === id)?.dueAt;
  return stateOfCluster({ snapshots, exports, restores }, overdueSince);
}

/** Reads the overdue exports of the project from the server. @param unserved as in `readClusterState`. */
export async function listOverdueExports(
  { client, extensionPath }: Session,
  unserved: Unserved,
): Promise<readonly OverdueExport[]> {
  const path = extensionPath('/backup/overdueExports');
  return (await unserved.ask('overdue exports', () => client.list(readOverdueExport, path))) ?? [];
}

/** What a cluster has, each newest first. */
interface Backups {
  readonly snapshots: readonly Snapshot[];
  readonly exports: readonly ExportJob[];
  readonly restores: readonly RestoreJob[];
}

/** @param overdueSince the moment whose export is missing. */
function stateOfCluster({ snapshots, exports, restores }: Backups, overdueSince: string | undefined): ClusterState {
  // A download makes up for no failed restore.
  const newestRestore = restores.find(({ deliveryType }) => deliveryType !== 'download');
  const running = [
    ...snapshots.filter(({ status }) => status === 'queued' || status === 'inProgress'),
    ...exports.filter((job) => !exportHasEnded(job)),
    ...restores.filter(isActive),
  ];
  const all = [
    ...snapshots.map((snapshot, place) => ({
      kind: 'snapshot',
      id: snapshot.id,
      isNewest: place === 0,
      ...snapshotTrouble(snapshot),
    })),
    ...exports.map((job, place) => ({ kind: 'export', id: job.id, isNewest: place === 0, ...exportTrouble(job) })),
    ...restores.map((job) => ({
      kind: 'restore',
      id: job.id,
      isNewest: job === newestRestore,
      ...restoreJobTrouble(job),
    })),
  ];
  // An older failure is made up for by what came after it.
  const troubled = all.filter(({ waiting, lastFailure, failed, isNewest }) =>
    failed === undefined ? (waiting ?? lastFailure) !== undefined : isNewest,
  );
  return {
    document: {
      snapshots: snapshots.length,
      newestSnapshot: snapshots.find(({ status }) => status === 'completed')?.createdAt,
      exports: exports.length,
      newestExport: newest(exports.filter(({ state }) => state === 'Successful').map(({ finishedAt }) => finishedAt)),
      running: running.length,
      waiting: troubled.flatMap(({ kind, id, waiting, lastFailure }) =>
        waiting === undefined && lastFailure === undefined
          ? []
          : [{ kind, id, ...(waiting && { waiting }), ...(lastFailure && { lastFailure }) }],
      ),
      failed: troubled.flatMap(({ kind, id, failed }) => (failed === undefined ? [] : [{ kind, id, message: failed }])),
      overdueSince,
    },
    troubles: [
      ...(overdueSince === undefined ? [] : [{ name: 'export', overdueSince }]),
      ...troubled.map(({ kind, id, waiting, lastFailure, failed }) => ({
        name: `${kind} ${id}`,
        waiting,
        lastFailure,
        failed,
      })),
    ],
  };
}

/** Compares times as texts. Texts sort like times because all of Atlas's times have one form. */
function newest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
