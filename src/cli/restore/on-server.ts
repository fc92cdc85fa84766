import type { Command } from 'commander';
import { Type } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import {
  isEndOfSecond,
  namesOfRenaming,
  RestoreReportSchema,
  type IfExists,
  type OplogReplay,
  type Renaming,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';
import { openSession, projectPaths, type Session, type Surroundings } from '../command.ts';
import type { RestoreJob } from '../documents.ts';
import { findCluster, type FoundCluster } from '../find.ts';
import { findGroupId } from '../find-project.ts';
import { createProgress } from '../progress.ts';
import { restoreContinues, watchRestoreJob } from '../restore-job.ts';
import { findSource, type ServerSource } from './find-source.ts';
import { startOrJoin } from './start-or-join.ts';

/** Only one job alone has its report, once it has ended. */
const readReport = jsonReader(Type.Object({ report: Type.Optional(Type.Omit(RestoreReportSchema, ['target'])) }));

/** A restore job that has ended, and its report in the form of a restore without a server. */
export interface EndedRestore {
  readonly job: RestoreJob;
  readonly report: RestoreReport | undefined;
}

/** A restore that a server makes. */
export interface ServerRestore {
  /** As in `findSource`. */
  readonly source: string;
  /** The name of a registered cluster, its id or a unique beginning of the id. */
  readonly target: string;
  /** The name or the id of the project of the target, or a unique beginning of the id; absent: that of the source. */
  readonly targetProject: string | undefined;
  readonly ifExists: IfExists;
  readonly oplog?: OplogReplay;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rename: readonly Renaming[];
  readonly allowIncomplete: boolean;
  readonly dryRun: boolean;
}

/** Starts a restore job, or joins the same one, and waits until it has ended. @throws AppError of looking up, and `RefusedError`. */
export async function restoreOnServer(
  wanted: ServerRestore,
  command: Command,
  surroundings: Surroundings,
): Promise<EndedRestore> {
  const { oplog, targetProject } = wanted;
  const { terminal, clock, signal } = surroundings;
  const session = await openSession(command, surroundings);
  const source = await findSource(session, wanted.source, { isMoment: oplog?.upTo !== undefined });
  const groupId = targetProject === undefined ? session.groupId : await findGroupId(session.client, targetProject);
  const chosenBy = groupId === session.groupId ? session.chosenBy : { ...session.chosenBy, groupId };
  const ofTarget = { ...session, groupId, chosenBy, ...projectPaths(groupId) };
  const target = await findCluster(ofTarget, wanted.target);
  const { owner, cluster, body } = placeOfJob(source, { session, ofTarget, target, wanted });
  const id = await startOrJoin(owner, cluster, { ...body, ...optionsOf(wanted) }, terminal);
  const job = await watchRestoreJob(owner, cluster, id, {
    progress: createProgress(terminal, 'restore', clock),
    signal,
    aftermath: restoreContinues(owner, cluster, id),
  });
  const { report } = readReport(job);
  const { snapshotId } = job;
  if (report === undefined) return { job, report };
  const described = snapshotId === undefined ? report.source : `snapshot ${snapshotId} of ${cluster.name}`;
  return { job, report: { ...report, source: described, target: target.name } };
}

interface Parts {
  readonly session: Session;
  /** The session for the project of the target. */
  readonly ofTarget: Session;
  readonly target: FoundCluster;
  readonly wanted: ServerRestore;
}

/** The cluster in whose list the job is, and the part of the body that depends on it. */
function placeOfJob(source: ServerSource, { session, ofTarget, target, wanted }: Parts) {
  const isOtherProject = session.groupId !== ofTarget.groupId;
  if ('address' in source) {
    const project = isOtherProject ? { groupId: session.groupId } : {};
    const incomplete = wanted.allowIncomplete ? { allowIncomplete: true } : {};
    const body: JsonObject = { source: { address: source.address, ...project, ...incomplete } };
    return { owner: ofTarget, cluster: target, body };
  }
  const { cluster, snapshotId } = source;
  const body: JsonObject = {
    ...(snapshotId === undefined ? {} : { source: { snapshotId } }),
    targetClusterName: target.name,
    targetGroupId: ofTarget.groupId,
  };
  return { owner: session, cluster, body };
}

/** What the options ask for. Attributes that say nothing are left out, as the documents of jobs leave them out. */
function optionsOf({ ifExists, oplog, include, exclude, rename, dryRun }: ServerRestore): JsonObject {
  const isSelection = include.length + exclude.length + rename.length > 0;
  return {
    ifExists,
    ...(isSelection && {
      include: [...include],
      exclude: [...exclude],
      rename: rename.map(namesOfRenaming),
    }),
    ...(dryRun && { dryRun }),
    ...howToReplay(oplog),
  };
}

function howToReplay(oplog: OplogReplay | undefined): JsonObject {
  if (oplog?.upTo === undefined) return oplog === undefined ? {} : { oplogReplay: true };
  const { seconds, increment } = oplog.upTo;
  return isEndOfSecond(oplog.upTo) ? { pointInTimeUTCSeconds: seconds + 1 } : { oplogTs: seconds, oplogInc: increment };
}
