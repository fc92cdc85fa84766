import { Type } from 'typebox';
import { every, fenced, type JobContext, type JobHandler, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import { capturedCollections, leftOutOfCapture, type CaptureProgress } from '../../pipelines/capture/index.ts';
import type {
  Checkpoint,
  Snapshot as StoredSnapshot,
  SnapshotHeader,
  SnapshotRepository,
  SnapshotTotals,
} from '../../snapshot/repository/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { deleteGarbageMarks, markGarbage, selectGarbageMarks } from './garbage-table.ts';
import { isUnfinished, type Snapshot, type SnapshotFindings, type SnapshotProgress } from './model.ts';
import { recordProgress } from './progress.ts';
import { addRetention } from './retention.ts';
import { CAPTURE_SNAPSHOT, COLLECT_GARBAGE, EXPIRE_SNAPSHOTS, type SnapshotService, type Uploads } from './service.ts';
import * as table from './table.ts';

/** `archive` shows that an archive was sent for the snapshot. */
const readPayload = jsonReader(
  Type.Object({ snapshotId: Type.String(), archive: Type.Optional(Type.Literal('sent')) }),
);

/** The interval of the search for expired snapshots. It is short compared with retentions, which are whole days. */
const EXPIRY_INTERVAL_MS = 10 * 60_000;

/** A collection reads all manifests, which takes minutes in a very large repository: one collection serves the deletions of an hour. */
const GARBAGE_INTERVAL_MS = 60 * 60_000;

/** The source of a capture, and the facts of its snapshot. */
export interface CaptureRequest {
  readonly source: SnapshotSource;
  readonly id: Id;
  readonly clusterName: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Whether bad values are refused. */
  readonly isStrict: boolean;
  /** The number of the attempt, starting at 1. */
  readonly attempt: number;
  /** The progress of earlier attempts, if the source continues their reading. */
  readonly earlier: Checkpoint | undefined;
  readonly onProgress: (progress: CaptureProgress) => void;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly service: Pick<SnapshotService, 'expire' | 'completed' | 'failed'>;
  readonly clusters: Pick<Clusters, 'requireClusterById' | 'openClusterSource'>;
  readonly uploads: Pick<Uploads, 'open' | 'remove'>;
  /** Writes the snapshot to the repository, its manifest last. */
  readonly captureSnapshot: (request: CaptureRequest) => Promise<SnapshotTotals>;
  readonly repository: Pick<
    SnapshotRepository,
    'openSnapshot' | 'deleteSnapshot' | 'collectGarbage' | 'openCheckpoint' | 'deleteCheckpoint'
  >;
  /** Takes the right to remove from the repository; undefined while a backup copies it. */
  readonly lockRemovals: () => { release(): void } | undefined;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  return {
    [CAPTURE_SNAPSHOT]: captureHandler(deps),
    [COLLECT_GARBAGE]: garbageHandler(deps),
    [EXPIRE_SNAPSHOTS]: expiryHandler(deps),
  };
}

function captureHandler(deps: TaskDependencies): JobHandler {
  const { database, clock } = deps;
  return {
    async run(context) {
      const snapshot = await table.selectSnapshot(database, readPayload(context.payload).snapshotId);
      if (snapshot === undefined || !isUnfinished(snapshot)) return;
      // If an earlier attempt has already written the manifest, only the row must still be updated.
      const made = (await findMade(deps, snapshot.id, context.signal)) ?? (await capture(deps, context, snapshot));
      const { collections, documents, bytes, storedBytes } = made.totals;
      context.report({ clusterName: made.header.clusterName, collections, documents, bytes, storedBytes });
      const completedAt = clock.now();
      await fenced(database, context, async (transaction) => {
        // Read again, because the schedule may have changed the retention during the capture.
        const progress = await finalProgress(transaction, snapshot.id, made);
        context.report({ newStoredBytes: progress.newStoredBytes });
        const { retention } = (await table.selectSnapshot(transaction, snapshot.id)) ?? snapshot;
        await table.setCompleted(transaction, snapshot.id, {
          startedAt: made.header.startedAt,
          completedAt,
          expiresAt: addRetention(completedAt, retention),
          storageSizeBytes: made.totals.storedBytes,
          mongodbVersion: made.header.mongodbVersion,
          consistency: made.header.consistency,
          leftOut: made.header.leftOut,
          findings: findingsOf(made),
          progress,
        });
        // An earlier attempt may have stored blocks that the snapshot does not use, because the data may have changed.
        if (context.attempt > 1) await markGarbage(transaction, snapshot.id, completedAt);
        await deps.service.completed(transaction, snapshot.id);
      });
      await deps.uploads.remove(snapshot.id);
    },

    async failed(transaction, payload, error) {
      const { snapshotId } = readPayload(payload);
      await table.setFailed(transaction, snapshotId, failureReason(error));
      await deps.service.failed(transaction, snapshotId);
      await markGarbage(transaction, snapshotId, clock.now());
      await deps.uploads.remove(snapshotId);
    },
  };
}

/** A snapshot as the repository holds it. */
type MadeSnapshot = Pick<StoredSnapshot, 'header' | 'totals'>;

/** The snapshot of an attempt that ended after its manifest was written. A damaged manifest is made anew. */
async function findMade(deps: TaskDependencies, id: Id, signal: AbortSignal): Promise<MadeSnapshot | undefined> {
  try {
    return await deps.repository.openSnapshot(id, { signal });
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'SNAPSHOT_NOT_FOUND' || code === 'SNAPSHOT_MANIFEST_CORRUPT') return undefined;
    throw thrown;
  }
}

async function capture(deps: TaskDependencies, context: JobContext, snapshot: Snapshot): Promise<MadeSnapshot> {
  const { signal } = context;
  const { id, clusterId } = snapshot;
  const startedAt = deps.clock.now();
  await fenced(deps.database, context, (transaction) => table.setStarted(transaction, id, startedAt));
  const { name: clusterName, allowEmpty } = await deps.clusters.requireClusterById(clusterId);
  context.report({ clusterName });
  const isSent = readPayload(context.payload).archive === 'sent';
  const earlier = context.attempt === 1 ? undefined : await deps.repository.openCheckpoint(id, signal);
  const source = isSent
    ? await deps.uploads.open(id, { allowEmpty })
    : await deps.clusters.openClusterSource(clusterId, earlier);
  try {
    const { warnings = [] } = source;
    if (warnings.length > 0) deps.logger.warn('warnings of the source', { snapshotId: id, warnings });
    const opened = factsOf(source);
    await fenced(deps.database, context, (transaction) => table.setOpened(transaction, id, opened));
    const continued = source.isResumed === true ? earlier : undefined;
    if (earlier !== undefined && continued === undefined) await deps.repository.deleteCheckpoint(id, { signal });
    if (continued !== undefined)
      deps.logger.info('the snapshot goes on where an earlier attempt ended', { snapshotId: id });
    const { onProgress, flush } = recordProgress({
      database: deps.database,
      clock: deps.clock,
      snapshotId: id,
      before: context.attempt === 1 ? undefined : snapshot.progress,
      expectedBytes: await expectedBytes(deps, source, clusterId, signal),
      fence: (transaction) => context.fence(transaction),
    });
    await deps.captureSnapshot({
      onProgress,
      ...{ source, id, clusterName, isStrict: snapshot.strict, signal },
      startedAt: continued?.startedAt ?? startedAt,
      attempt: context.attempt,
      earlier: continued,
    });
    await flush();
    const made = await deps.repository.openSnapshot(id, { signal });
    const { leftOut, consistency } = made.header;
    const { badDocuments } = made.totals;
    if (leftOut.length > 0) deps.logger.info('left out of the snapshot', { snapshotId: id, leftOut });
    if (consistency.level !== opened.consistency.level)
      deps.logger.warn('the snapshot lost its consistency while it was captured', { snapshotId: id, consistency });
    if (badDocuments > 0)
      deps.logger.warn('documents with bad values in the snapshot', { snapshotId: id, badDocuments });
    return made;
  } catch (thrown) {
    // No attempt can continue at a cluster time that cannot be read any more.
    if (codeOf(thrown) === 'SNAPSHOT_HISTORY_ENDED') await deps.repository.deleteCheckpoint(id, { signal });
    throw thrown;
  } finally {
    await source.close();
  }
}

/** Estimates the bytes that a capture will read: what the source says, or else what the last snapshot read; undefined if neither is known. */
async function expectedBytes(
  { database }: TaskDependencies,
  source: SnapshotSource,
  clusterId: Id,
  signal: AbortSignal,
): Promise<number | undefined> {
  const said = sizeOfSource(source) ?? (await source.estimateBytes?.(signal));
  return said ?? (await table.selectLastBytes(database, clusterId));
}

/** The bytes of all collections that a capture reads, if the source knows them. */
function sizeOfSource(source: SnapshotSource): number | undefined {
  let sum = 0;
  for (const collection of capturedCollections(source)) {
    const { bytes, type } = collection;
    // The oplog of the reading grows until the reading ends.
    if (type === 'view' || collection === source.oplog) continue;
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}

/** The figures of a complete snapshot. What was new is known from the attempts alone. */
async function finalProgress(transaction: Transaction, id: Id, { totals }: MadeSnapshot): Promise<SnapshotProgress> {
  const { collections, documents, bytes } = totals;
  const recorded = (await table.selectSnapshot(transaction, id))?.progress;
  const newStoredBytes = recorded?.newStoredBytes ?? 0;
  return { collections, totalCollections: collections, documents, bytes, expectedBytes: bytes, newStoredBytes };
}

function findingsOf({ header: { badValues }, totals: { badDocuments, lookAlikes } }: MadeSnapshot): SnapshotFindings {
  return { badDocuments, lookAlikes, badValues };
}

function factsOf(source: SnapshotSource): Pick<SnapshotHeader, 'mongodbVersion' | 'consistency' | 'leftOut'> {
  const { mongodbVersion, consistency } = source;
  return { mongodbVersion, consistency, leftOut: leftOutOfCapture(source) };
}

/**
 * Removes the garbage of deleted snapshots and unfinished captures. A killed run leaves the marks, and the next run
 * starts again with the rest. An undamaged manifest without a mark is never removed, because other metadata may know
 * it. A run during a backup of the data directory leaves everything to the next one.
 */
async function collectGarbage(
  { database, repository, logger, lockRemovals }: TaskDependencies,
  context: Pick<JobContext, 'fence' | 'signal'>,
): Promise<void> {
  const isKnown = async (id: Id): Promise<boolean> => {
    const snapshot = await table.selectSnapshot(database, id);
    return snapshot !== undefined && snapshot.status !== 'failed';
  };
  const { signal } = context;
  const marks = await selectGarbageMarks(database);
  if (marks.length === 0) return;
  const lock = lockRemovals();
  if (lock === undefined) {
    logger.info('garbage is not collected while a backup copies the repository', { snapshots: marks.length });
    return;
  }
  try {
    for (const { snapshotId } of marks) {
      if (!(await isKnown(snapshotId))) await repository.deleteSnapshot(snapshotId, { signal });
    }
    const collected = await repository.collectGarbage({ signal, isKnown });
    await fenced(database, context, (transaction) => deleteGarbageMarks(transaction, marks));
    logger.info('garbage collected', { snapshots: marks.length, ...collected });
  } finally {
    lock.release();
  }
}

function garbageHandler(deps: TaskDependencies): JobHandler {
  return {
    nextRun: every(GARBAGE_INTERVAL_MS),
    run: (context) => collectGarbage(deps, context),
    failed: () => Promise.resolve(),
  };
}

/** Removes the expired snapshots and their blocks at once, outside of any job. @returns the number of snapshots. */
export async function removeExpired(deps: TaskDependencies, signal: AbortSignal): Promise<number> {
  // No attempt can lose its job. The recurring jobs may do the same meanwhile: each removal looks again at its snapshot.
  const context = { signal, fence: () => Promise.resolve() };
  const count = await deps.service.expire(context);
  await collectGarbage(deps, context);
  return count;
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
