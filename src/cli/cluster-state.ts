import type { Session } from './command.ts';
import {
  readExportJob,
  readOverdueExport,
  readSnapshot,
  type ExportJob,
  type OverdueExport,
  type Snapshot,
} from './documents.ts';
import { exportHasEnded, exportTrouble } from './export-job.ts';
import { backupPath } from './find.ts';
import { snapshotTrouble } from './snapshot-job.ts';
import type { NamedTrouble } from './trouble.ts';

/** What a cluster has, and what is under way. The attributes are those of `status --json`. */
export interface ClusterState {
  readonly document: {
    readonly snapshots: number;
    readonly newestSnapshot: string | undefined;
    readonly exports: number;
    readonly newestExport: string | undefined;
    /** Snapshots and exports under way. */
    readonly running: number;
    readonly waiting: readonly object[];
    /** The newest snapshot and the newest export, if they failed. */
    readonly failed: readonly object[];
    /** The moment whose export is missing; undefined if none is overdue. */
    readonly overdueSince: string | undefined;
  };
  readonly troubles: readonly NamedTrouble[];
}

/**
 * Reads the state of a cluster from the server.
 * @param overdue the overdue exports of the project.
 */
export async function readClusterState(
  { client, extensionPath }: Session,
  { id, name }: { readonly id: string; readonly name: string },
  overdue: readonly OverdueExport[],
): Promise<ClusterState> {
  const backup = extensionPath(backupPath(name));
  const snapshots = await client.list(readSnapshot, `${backup}/snapshots`);
  const jobs = await client.list(readExportJob, `${backup}/exports`);
  return stateOfCluster(snapshots, jobs, overdue.find(({ clusterId }) => clusterId === id)?.dueAt);
}

/** Reads the overdue exports of the project from the server. */
export async function listOverdueExports({ client, extensionPath }: Session): Promise<readonly OverdueExport[]> {
  return await client.list(readOverdueExport, extensionPath('/backup/overdueExports'));
}

/** @param snapshots newest first. @param jobs newest first. @param overdueSince the moment whose export is missing. */
function stateOfCluster(
  snapshots: readonly Snapshot[],
  jobs: readonly ExportJob[],
  overdueSince: string | undefined,
): ClusterState {
  const running = [
    ...snapshots.filter(({ status }) => status === 'queued' || status === 'inProgress'),
    ...jobs.filter((job) => !exportHasEnded(job)),
  ];
  const all = [
    ...snapshots.map((snapshot, place) => ({
      kind: 'snapshot',
      id: snapshot.id,
      isNewest: place === 0,
      ...snapshotTrouble(snapshot),
    })),
    ...jobs.map((job, place) => ({ kind: 'export', id: job.id, isNewest: place === 0, ...exportTrouble(job) })),
  ];
  // An older failure is made up for by what came after it.
  const troubled = all.filter(({ waiting, lastFailure, failed, isNewest }) =>
    failed === undefined ? (waiting ?? lastFailure) !== undefined : isNewest,
  );
  return {
    document: {
      snapshots: snapshots.length,
      newestSnapshot: snapshots.find(({ status }) => status === 'completed')?.createdAt,
      exports: jobs.length,
      newestExport: newest(jobs.filter(({ state }) => state === 'Successful').map(({ finishedAt }) => finishedAt)),
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
