import type { Command } from 'commander';
import { Type } from 'typebox';
import { AppError } from '../../kernel/errors.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import {
  isEndOfSecond,
  RestoreReportSchema,
  type IfExists,
  type OplogReplay,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';
import { openSession, type Surroundings } from '../command.ts';
import { Failure, Waiting } from '../documents.ts';
import { findCluster } from '../find.ts';
import { createProgress } from '../progress.ts';
import { watch } from '../watch.ts';
import { findServerSnapshot } from './find-snapshot.ts';

/** A restore job in the extension API. */
const readRestoreJob = jsonReader(
  Type.Object({
    id: Type.String(),
    snapshotId: Type.String(),
    state: Type.String(),
    progress: Type.Optional(
      Type.Object({
        phase: Type.String(),
        collections: Type.Integer(),
        totalCollections: Type.Integer(),
        documents: Type.Integer(),
        bytes: Type.Integer(),
        totalBytes: Type.Integer(),
      }),
    ),
    stateReason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    waiting: Type.Optional(Waiting),
    lastFailure: Type.Optional(Failure),
    report: Type.Optional(Type.Omit(RestoreReportSchema, ['source', 'target'])),
  }),
);
type RestoreJob = ReturnType<typeof readRestoreJob>;

/** A restore job that has ended, and its report in the form of a restore without a server. */
export interface EndedRestore {
  readonly job: RestoreJob;
  readonly report: RestoreReport | undefined;
}

/** A restore that a server makes. */
export interface ServerRestore {
  /** As in `findServerSnapshot`. */
  readonly source: string;
  /** The name of a registered cluster, its id or a unique beginning of the id. */
  readonly target: string;
  readonly ifExists: IfExists;
  readonly oplog?: OplogReplay;
}

/** Starts a restore job, and waits until it has ended. @throws AppError of looking up, and `RefusedError`. */
export async function restoreOnServer(
  { source, target, ifExists, oplog }: ServerRestore,
  command: Command,
  surroundings: Surroundings,
): Promise<EndedRestore> {
  const { terminal, clock, signal } = surroundings;
  const session = await openSession(command, surroundings);
  const { cluster, snapshotId } = await findServerSnapshot(session, source);
  const { name: targetClusterName } = await findCluster(session, target);
  const jobs = `${cluster.backup}/restoreJobs`;
  const body = { snapshotId, targetClusterName, ifExists, ...howToReplay(oplog) };
  const { id } = await session.client.request(readId, 'POST', session.path(jobs), body);
  const job = await watch({
    read: () => session.client.request(readRestoreJob, 'GET', session.extensionPath(`${jobs}/${id}`)),
    hasEnded: ({ state }) => ['completed', 'failed', 'cancelled'].includes(state),
    describe: ({ state, progress, waiting, lastFailure }) => ({
      state: progress === undefined ? state : progress.phase,
      figures: progress,
      waiting,
      lastFailure,
    }),
    progress: createProgress(terminal, 'restore', clock),
    signal,
  });
  const report = job.report && {
    ...job.report,
    source: `snapshot ${snapshotId} of ${cluster.name}`,
    target: targetClusterName,
  };
  return { job, report };
}

const readId = jsonReader(Type.Object({ id: Type.String() }));

function howToReplay(oplog: OplogReplay | undefined) {
  if (oplog?.upTo === undefined) return { deliveryType: 'automated', ...(oplog && { oplogReplay: true }) };
  const { seconds, increment } = oplog.upTo;
  return isEndOfSecond(oplog.upTo)
    ? { deliveryType: 'pointInTime', pointInTimeUTCSeconds: seconds + 1 }
    : { deliveryType: 'pointInTime', oplogTs: seconds, oplogInc: increment };
}

/** @throws AppError `RESTORE_FAILED` */
export function requireRestored({ job: { id, state, stateReason } }: EndedRestore): void {
  if (state === 'completed') return;
  throw new AppError({
    code: 'RESTORE_FAILED',
    message: `the restore job ${id} is ${state}: ${stateReason?.message ?? 'no reason given'}`,
    hint:
      stateReason?.errorCode === 'RESTORE_TARGET_NOT_EMPTY'
        ? 'Say what to do with what is there: --drop, --if-exists merge or --if-exists skip.'
        : 'Remove the cause, and restore again.',
  });
}
