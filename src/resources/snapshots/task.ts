import { Type } from 'typebox';
import {
  every,
  failureReason,
  fenced,
  type JobContext,
  type JobHandler,
  type JobHandlers,
  type JobQueue,
} from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../metastore/index.ts';
import { leftOutOfCapture } from '../../pipelines/capture/index.ts';
import type {
  Snapshot as StoredSnapshot,
  SnapshotHeader,
  SnapshotRepository,
  SnapshotTotals,
} from '../../snapshot/repository/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { isUnfinished, type Snapshot, type SnapshotFindings } from './model.ts';
import { addRetention } from './retention.ts';
import {
  CAPTURE_SNAPSHOT,
  COLLECT_GARBAGE,
  DELETE_SNAPSHOT,
  EXPIRE_SNAPSHOTS,
  type SnapshotService,
} from './service.ts';
import * as table from './table.ts';

const readPayload = jsonReader(Type.Object({ snapshotId: Type.String() }));

/** The interval of the search for expired snapshots. It is short compared with retentions, which are whole days. */
const EXPIRY_INTERVAL_MS = 10 * 60_000;

/** The source of a capture, and the facts of its snapshot. */
export interface CaptureRequest {
  readonly source: SnapshotSource;
  readonly id: Id;
  readonly clusterName: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Whether bad values are refused. */
  readonly isStrict: boolean;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queue: JobQueue;
  readonly service: Pick<SnapshotService, 'expire'>;
  readonly clusters: Pick<Clusters, 'requireClusterById' | 'openClusterSource'>;
  /** Writes the snapshot to the repository, its manifest last. */
  readonly captureSnapshot: (request: CaptureRequest) => Promise<SnapshotTotals>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot' | 'snapshotIds' | 'deleteSnapshot' | 'collectGarbage'>;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  return {
    [CAPTURE_SNAPSHOT]: captureHandler(deps),
    [DELETE_SNAPSHOT]: deleteHandler(deps),
    [COLLECT_GARBAGE]: garbageHandler(deps),
    [EXPIRE_SNAPSHOTS]: expiryHandler(deps),
  };
}

function captureHandler(deps: TaskDependencies): JobHandler {
  const { database, queue } = deps;
  return {
    async run(context) {
      const snapshot = await table.selectSnapshot(database, readPayload(context.payload).snapshotId);
      if (snapshot === undefined || !isUnfinished(snapshot)) return;
      // If an earlier attempt has already written the manifest, only the row must still be updated.
      const made = (await findMade(deps, snapshot.id)) ?? (await capture(deps, context, snapshot));
      const completedAt = deps.clock.now();
      await fenced(database, context, async (transaction) => {
        await table.setCompleted(transaction, snapshot.id, {
          startedAt: made.header.startedAt,
          completedAt,
          expiresAt: addRetention(completedAt, 'DAYS', snapshot.retentionDays),
          storageSizeBytes: made.totals.storedBytes,
          mongodbVersion: made.header.mongodbVersion,
          consistency: made.header.consistency,
          leftOut: made.header.leftOut,
          findings: findingsOf(made),
        });
        // An earlier attempt may have stored blocks that the snapshot does not use, because the data may have changed.
        if (context.attempt > 1) await queue.enqueue(transaction, COLLECT_GARBAGE, {});
      });
    },

    async failed(transaction, payload, error) {
      await table.setFailed(transaction, readPayload(payload).snapshotId, failureReason(error));
      await queue.enqueue(transaction, COLLECT_GARBAGE, {});
    },
  };
}

/** A snapshot as the repository holds it. */
type MadeSnapshot = Pick<StoredSnapshot, 'header' | 'totals'>;

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
  await fenced(deps.database, context, (transaction) => table.setStarted(transaction, id, startedAt));
  const { name: clusterName } = await deps.clusters.requireClusterById(clusterId);
  const source = await deps.clusters.openClusterSource(clusterId);
  try {
    await fenced(deps.database, context, (transaction) => table.setOpened(transaction, id, factsOf(source)));
    await deps.captureSnapshot({ source, id, clusterName, startedAt, isStrict: snapshot.strict, signal });
    const made = await deps.repository.openSnapshot(id);
    const { leftOut } = made.header;
    const { badDocuments } = made.totals;
    if (leftOut.length > 0) deps.logger.info('left out of the snapshot', { snapshotId: id, leftOut });
    if (badDocuments > 0)
      deps.logger.warn('documents with bad values in the snapshot', { snapshotId: id, badDocuments });
    return made;
  } finally {
    await source.close();
  }
}

function findingsOf({ header: { badValues }, totals: { badDocuments, lookAlikes } }: MadeSnapshot): SnapshotFindings {
  return { badDocuments, lookAlikes, badValues };
}

function factsOf(source: SnapshotSource): Pick<SnapshotHeader, 'mongodbVersion' | 'consistency' | 'leftOut'> {
  const { mongodbVersion, consistency } = source;
  return { mongodbVersion, consistency, leftOut: leftOutOfCapture(source) };
}

function deleteHandler({ repository, queue }: TaskDependencies): JobHandler {
  return {
    run: async ({ payload, signal }) => await repository.deleteSnapshot(readPayload(payload).snapshotId, signal),
    // Garbage collection finds the remaining data by its missing row.
    failed: async (transaction) => {
      await queue.enqueue(transaction, COLLECT_GARBAGE, {});
    },
  };
}

/**
 * Removes the leftovers of failed deletions and of unfinished captures. A stored snapshot without a row cannot belong to a
 * running capture, because the row exists before anything is stored.
 */
function garbageHandler({ database, repository }: TaskDependencies): JobHandler {
  return {
    async run({ signal }) {
      for await (const id of repository.snapshotIds()) {
        if ((await table.selectSnapshot(database, id)) === undefined) await repository.deleteSnapshot(id, signal);
      }
      await repository.collectGarbage(signal);
    },
    failed: () => Promise.resolve(),
  };
}

function expiryHandler({ service, logger }: TaskDependencies): JobHandler {
  return {
    nextRun: every(EXPIRY_INTERVAL_MS),
    async run(context) {
      const count = await service.expire(context);
      if (count > 0) logger.info('expired snapshots removed', { count });
    },
    failed: () => Promise.resolve(),
  };
}
