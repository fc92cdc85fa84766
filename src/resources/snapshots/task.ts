import type { JobContext, JobHandler, JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { redactText } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { SnapshotHeader, SnapshotRepository, SnapshotSource, SnapshotTotals } from '../../snapshot/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { isUnfinished, type Snapshot } from './model.ts';
import { addRetention } from './retention.ts';
import { CAPTURE_SNAPSHOT, DELETE_SNAPSHOT } from './service.ts';
import * as table from './table.ts';

/** What is captured, and for which snapshot. */
export interface CaptureRequest {
  readonly source: SnapshotSource;
  readonly id: Id;
  readonly clusterName: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly clusters: Pick<Clusters, 'requireClusterById' | 'openClusterSource'>;
  /** Writes the snapshot into the repository, its manifest last. */
  readonly captureSnapshot: (request: CaptureRequest) => Promise<SnapshotTotals>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot' | 'deleteSnapshot'>;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  return { [CAPTURE_SNAPSHOT]: captureHandler(deps), [DELETE_SNAPSHOT]: deleteHandler(deps) };
}

function captureHandler(deps: TaskDependencies): JobHandler {
  const { database } = deps;
  return {
    async run(context) {
      const snapshot = await table.selectSnapshot(database, snapshotIdOf(context.payload));
      if (snapshot === undefined || !isUnfinished(snapshot)) return;
      // An attempt that ended after its manifest was written has nothing left to do but to say so.
      const made = (await findMade(deps, snapshot.id)) ?? (await capture(deps, context, snapshot));
      const completedAt = deps.clock.now();
      await fenced(deps, context, (transaction) =>
        table.setCompleted(transaction, snapshot.id, {
          startedAt: made.header.startedAt,
          completedAt,
          expiresAt: addRetention(completedAt, 'DAYS', snapshot.retentionDays),
          storageSizeBytes: made.totals.storedBytes,
          mongodbVersion: made.header.mongodbVersion,
          consistency: made.header.consistency,
        }),
      );
    },

    async failed(transaction, payload, error) {
      const code = error instanceof AppError ? error.code : 'UNEXPECTED_ERROR';
      const hint = error instanceof AppError && error.hint !== undefined ? ` ${error.hint}` : '';
      const message = redactText(`${messageOf(error)}.${hint}`.replace('..', '.'));
      await table.setFailed(transaction, snapshotIdOf(payload), { code, message });
    },
  };
}

interface MadeSnapshot {
  readonly header: Pick<SnapshotHeader, 'startedAt' | 'mongodbVersion' | 'consistency'>;
  readonly totals: Pick<SnapshotTotals, 'storedBytes'>;
}

async function findMade(deps: TaskDependencies, id: Id): Promise<MadeSnapshot | undefined> {
  try {
    return await deps.repository.openSnapshot(id);
  } catch (thrown) {
    if (codeOf(thrown) === 'SNAPSHOT_NOT_FOUND') return undefined;
    throw thrown;
  }
}

async function capture(deps: TaskDependencies, context: JobContext, snapshot: Snapshot): Promise<MadeSnapshot> {
  const { signal } = context;
  const { id, clusterId } = snapshot;
  const startedAt = deps.clock.now();
  await fenced(deps, context, (transaction) => table.setStarted(transaction, id, startedAt));
  const { name: clusterName } = await deps.clusters.requireClusterById(clusterId);
  const source = await deps.clusters.openClusterSource(clusterId);
  try {
    const { mongodbVersion, consistency } = source;
    await fenced(deps, context, (transaction) => table.setOpened(transaction, id, source));
    const totals = await deps.captureSnapshot({ source, id, clusterName, startedAt, signal });
    return { header: { startedAt, mongodbVersion, consistency }, totals };
  } finally {
    await source.close();
  }
}

function deleteHandler({ repository }: TaskDependencies): JobHandler {
  return {
    run: async ({ payload, signal }) => await repository.deleteSnapshot(snapshotIdOf(payload), signal),
    // The row is gone already; what could not be removed is named in the failed job and in the log.
    failed: () => Promise.resolve(),
  };
}

async function fenced(
  deps: TaskDependencies,
  context: JobContext,
  write: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  await deps.database.transaction().execute(async (transaction) => {
    await context.fence(transaction);
    await write(transaction);
  });
}

function snapshotIdOf(payload: JsonObject): Id {
  const { snapshotId } = payload;
  if (typeof snapshotId !== 'string') throw new Error('the job names no snapshot');
  return snapshotId;
}
