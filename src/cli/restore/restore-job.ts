import { Type } from 'typebox';
import { AppError } from '../../kernel/errors.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { RestoreReportSchema } from '../../pipelines/restore/index.ts';
import type { Session } from '../command.ts';
import { Failure, Waiting } from '../documents.ts';
import type { FoundCluster } from '../find.ts';
import type { Progress } from '../progress.ts';
import { watch } from '../watch.ts';

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
    repositoryUrl: Type.Optional(Type.String()),
    report: Type.Optional(Type.Omit(RestoreReportSchema, ['source', 'target'])),
  }),
);
export type RestoreJob = ReturnType<typeof readRestoreJob>;

const readId = jsonReader(Type.Object({ id: Type.String() }));

/** The path of the restore jobs of a cluster. */
export function restoreJobsPath({ backup }: FoundCluster): string {
  return `${backup}/restoreJobs`;
}

/**
 * Starts a restore job, and waits until it has ended. @param options.onStarted called with its id.
 * @throws AppError, and `RefusedError`
 */
export async function runRestoreJob(
  { client, path, extensionPath }: Session,
  cluster: FoundCluster,
  body: JsonObject,
  {
    progress,
    signal,
    onStarted,
  }: { readonly progress: Progress; readonly signal: AbortSignal; readonly onStarted?: (id: string) => void },
): Promise<RestoreJob> {
  const jobs = restoreJobsPath(cluster);
  const { id } = await client.request(readId, 'POST', path(jobs), body);
  onStarted?.(id);
  return await watch({
    read: () => client.request(readRestoreJob, 'GET', extensionPath(`${jobs}/${id}`)),
    hasEnded: ({ state }) => ['completed', 'failed', 'cancelled'].includes(state),
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
