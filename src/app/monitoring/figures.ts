import type { Id } from '../../kernel/ids.ts';
import type { Database } from '../../metastore/index.ts';

/** A cluster, with what its snapshots and its exports have come to. */
export interface ClusterFigures {
  readonly groupId: Id;
  readonly name: string;
  /** The number of snapshots in each of Atlas's statuses. */
  readonly snapshots: Readonly<Record<string, number>>;
  /** The number of export jobs in each of Atlas's states. */
  readonly exports: Readonly<Record<string, number>>;
  /** The number of its restore jobs in each state. */
  readonly restores: Readonly<Record<string, number>>;
  /** Bytes of the documents in the completed snapshots. */
  readonly snapshotBytes: number;
  /** When the last completed snapshot, and the last successful export, ended: milliseconds since the Unix epoch. */
  readonly lastSnapshotAt: number | undefined;
  readonly lastExportAt: number | undefined;
  /** What the schedule of the cluster promised; undefined if it promises no exports. */
  readonly promise:
    { /** The moment whose export is overdue. */ readonly overdueSince: number | undefined } | undefined;
}

/** The jobs of one kind. A waiting job has failed and will be tried again. */
export interface JobFigures {
  readonly kind: string;
  readonly ready: number;
  readonly running: number;
  readonly waiting: number;
}

/** The figures of this server at one moment. */
export interface Figures {
  readonly clusters: readonly ClusterFigures[];
  readonly jobs: readonly JobFigures[];
}

/** Counts rows of several slices in one place, because a monitor asks for all figures of one moment. */
export async function readFigures(database: Database): Promise<Figures> {
  return await database.transaction().execute(async (transaction) => {
    const clusters = await transaction
      .selectFrom('clusters')
      .select(['id', 'group_id', 'name'])
      .where('removed_at', 'is', null)
      .orderBy('id')
      .execute();
    const snapshots = await transaction
      .selectFrom('snapshots')
      .select(({ fn }) => [
        'cluster_id',
        'status',
        fn.countAll<number>().as('count'),
        fn.max('completed_at').as('last'),
        fn.sum<number | null>('storage_size_bytes').as('bytes'),
      ])
      .groupBy(['cluster_id', 'status'])
      .execute();
    const exports = await transaction
      .selectFrom('export_jobs')
      .select(({ fn }) => ['cluster_id', 'state', fn.countAll<number>().as('count'), fn.max('finished_at').as('last')])
      .groupBy(['cluster_id', 'state'])
      .execute();
    const restores = await transaction
      .selectFrom('restore_jobs')
      .select(({ fn }) => ['cluster_id', 'state', fn.countAll<number>().as('count')])
      .groupBy(['cluster_id', 'state'])
      .execute();
    const promises = await transaction.selectFrom('export_promises').select(['cluster_id', 'overdue_since']).execute();
    const jobs = await transaction.selectFrom('jobs').select(['kind', 'state', 'failures']).execute();
    const snapshotsOf = Map.groupBy(snapshots, (row) => row.cluster_id);
    const promiseOf = new Map(
      promises.map((row) => [row.cluster_id, { overdueSince: row.overdue_since ?? undefined }]),
    );
    const exportsOf = Map.groupBy(exports, (row) => row.cluster_id);
    const restoresOf = Map.groupBy(restores, (row) => row.cluster_id);
    return {
      clusters: clusters.map(({ id, group_id: groupId, name }) => {
        const ofSnapshots = snapshotsOf.get(id) ?? [];
        const ofExports = exportsOf.get(id) ?? [];
        const completed = ofSnapshots.find(({ status }) => status === 'completed');
        return {
          groupId,
          name,
          snapshots: Object.fromEntries(ofSnapshots.map(({ status, count }) => [status, count])),
          exports: Object.fromEntries(ofExports.map(({ state, count }) => [state, count])),
          restores: Object.fromEntries((restoresOf.get(id) ?? []).map(({ state, count }) => [state, count])),
          snapshotBytes: completed?.bytes ?? 0,
          lastSnapshotAt: completed?.last ?? undefined,
          lastExportAt: ofExports.find(({ state }) => state === 'Successful')?.last ?? undefined,
          promise: promiseOf.get(id),
        };
      }),
      jobs: [...Map.groupBy(jobs, ({ kind }) => kind)].map(([kind, rows]) => {
        const isWaiting = (row: (typeof rows)[number]) => row.state === 'ready' && row.failures > 0;
        const running = rows.filter(({ state }) => state === 'running').length;
        const waiting = rows.filter(isWaiting).length;
        return { kind, running, waiting, ready: rows.length - running - waiting };
      }),
    };
  });
}
