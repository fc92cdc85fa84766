import type { Command } from 'commander';
import { isEndOfSecond, type IfExists, type OplogReplay, type RestoreReport } from '../../pipelines/restore/index.ts';
import { openSession, projectPaths, type Session, type Surroundings } from '../command.ts';
import { findCluster } from '../find.ts';
import { findGroupId } from '../find-project.ts';
import { createProgress } from '../progress.ts';
import { findServerSnapshot, findServerSource } from './find-snapshot.ts';
import { runRestoreJob, type RestoreJob } from './restore-job.ts';

/** A restore job that has ended, and its report in the form of a restore without a server. */
export interface EndedRestore {
  readonly job: RestoreJob;
  readonly report: RestoreReport | undefined;
}

/** A restore that a server makes. */
export interface ServerRestore {
  /** As in `findServerSnapshot`. For a moment, the server chooses the snapshot of `CLUSTER`. */
  readonly source: string;
  /** The name of a registered cluster, its id or a unique beginning of the id. */
  readonly target: string;
  /** The name or the id of the project of the target, or a unique beginning of the id; absent: that of the source. */
  readonly targetProject: string | undefined;
  readonly ifExists: IfExists;
  readonly oplog?: OplogReplay;
}

/** Starts a restore job, and waits until it has ended. @throws AppError of looking up, and `RefusedError`. */
export async function restoreOnServer(
  { source, target, targetProject, ifExists, oplog }: ServerRestore,
  command: Command,
  surroundings: Surroundings,
): Promise<EndedRestore> {
  const session = await openSession(command, surroundings);
  const isMoment = oplog?.upTo !== undefined;
  const { cluster, snapshotId } = await (isMoment ? findServerSource : findServerSnapshot)(session, source);
  const targetGroupId = targetProject && (await findGroupId(session.client, targetProject));
  const { name } = await findCluster(targetGroupId === undefined ? session : inProject(session, targetGroupId), target);
  const body = {
    ...(snapshotId === undefined ? {} : { snapshotId }),
    ...(targetGroupId === undefined ? {} : { targetGroupId }),
    targetClusterName: name,
    ifExists,
    ...howToReplay(oplog),
  };
  const { terminal, clock, signal } = surroundings;
  const progress = createProgress(terminal, 'restore', clock);
  const job = await runRestoreJob(session, cluster, body, { progress, signal });
  const report = job.report && {
    ...job.report,
    source: `snapshot ${job.snapshotId} of ${cluster.name}`,
    target: name,
  };
  return { job, report };
}

function inProject(session: Session, groupId: string): Session {
  return { ...session, groupId, ...projectPaths(groupId) };
}

function howToReplay(oplog: OplogReplay | undefined) {
  if (oplog?.upTo === undefined) return { deliveryType: 'automated', ...(oplog && { oplogReplay: true }) };
  const { seconds, increment } = oplog.upTo;
  return isEndOfSecond(oplog.upTo)
    ? { deliveryType: 'pointInTime', pointInTimeUTCSeconds: seconds + 1 }
    : { deliveryType: 'pointInTime', oplogTs: seconds, oplogInc: increment };
}
