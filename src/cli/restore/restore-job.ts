import { Type } from 'typebox';
import { AppError } from '../../kernel/errors.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import { RestoreReportSchema } from '../../pipelines/restore/index.ts';
import type { Session } from '../command.ts';
import { Failure, Waiting } from '../documents.ts';
import type { FoundCluster } from '../find.ts';
import type { Progress } from '../progress.ts';
import { watch } from '../watch.ts';

/** A restore job in the extension API. */
export const readRestoreJob = jsonReader(
  Type.Object({
    id: Type.String(),
    /** Absent if the source is no snapshot. */
    snapshotId: Type.Optional(Type.String()),
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
    repositoryUrl: Type.Optional(Type.String()),
    report: Type.Optional(Type.Omit(RestoreReportSchema, ['target'])),
  }),
);
export type RestoreJob = ReturnType<typeof readRestoreJob>;

export const readId = jsonReader(Type.Object({ id: Type.String() }));

/** The path of the restore jobs of a cluster. */
export function restoreJobsPath({ backup }: FoundCluster): string {
  return `${backup}/restoreJobs`;
}

/** Whether a job has not ended. */
export function isActive({ state }: RestoreJob): boolean {
  return state === 'queued' || state === 'inProgress';
}

/** Waits until a restore job has ended. @throws AppError, and `RefusedError` */
export async function watchRestoreJob(
  { client, extensionPath }: Session,
  cluster: FoundCluster,
  id: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<RestoreJob> {
  return await watch({
    read: () => client.request(readRestoreJob, 'GET', extensionPath(`${restoreJobsPath(cluster)}/${id}`)),
    hasEnded: (job) => !isActive(job),
    describe: ({ state, progress: figures, waiting, lastFailure }) => ({
      state: figures === undefined ? state : figures.phase,
      figures,
      waiting,
      lastFailure,
    }),
    progress,
    signal,
  });
}

/** @throws AppError `RESTORE_FAILED` */
export function requireCompleted({ id, state, stateReason }: RestoreJob): void {
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
