import type { Id } from '../../kernel/ids.ts';
import {
  lastMomentBefore,
  type IfExists,
  type OplogReplay,
  type RestoreProgress,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';

/** Atlas's word for how the data is delivered. */
export const DELIVERY_TYPES = ['automated', 'download', 'pointInTime'] as const;
export type DeliveryType = (typeof DELIVERY_TYPES)[number];

/** The states of an unfinished job. */
export const ACTIVE_STATES = ['queued', 'inProgress'] as const;
export const RESTORE_JOB_STATES = [...ACTIVE_STATES, 'completed', 'failed', 'cancelled'] as const;
export type RestoreJobState = (typeof RESTORE_JOB_STATES)[number];

export const IF_EXISTS = ['fail', 'drop', 'merge', 'skip'] as const satisfies readonly IfExists[];

/** The registered deployment that receives the data. */
export interface RestoreTargetCluster {
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly clusterName: string;
  /** What happens to its collections that hold documents. */
  readonly ifExists: IfExists;
}

/** The moment to which a deployment is restored, in one of Atlas's two forms. Times are seconds since the Unix epoch. */
export type DesiredMoment =
  | { readonly oplogTs: number; readonly oplogInc: number; readonly pointInTimeUTCSeconds?: never }
  | { readonly pointInTimeUTCSeconds: number; readonly oplogTs?: never; readonly oplogInc?: never };

/** The restore of one snapshot to a deployment, or its download. Times are milliseconds since the Unix epoch. */
export interface RestoreJob {
  readonly id: Id;
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly snapshotId: Id;
  readonly snapshotTakenAt: number;
  readonly deliveryType: DeliveryType;
  readonly state: RestoreJobState;
  /** Undefined for a download. */
  readonly target: RestoreTargetCluster | undefined;
  /** Only for pointInTime. */
  readonly desired: DesiredMoment | undefined;
  /** Whether the whole oplog is applied. */
  readonly replaysOplog: boolean;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  /** The end of a download, known once it can begin. */
  readonly expiresAt: number | undefined;
  /** Known during a restore to a deployment. */
  readonly progress: RestoreProgress | undefined;
  /** The result of a restore that succeeded. */
  readonly report: RestoreReport | undefined;
  /** Why it failed. */
  readonly reason: { readonly code: string; readonly message: string } | undefined;
}

/** Whether it is still to be worked on. */
export function isActive({ state }: RestoreJob): boolean {
  return ACTIVE_STATES.some((active) => active === state);
}

/** Whether its file can be downloaded now. @param nowMs since the Unix epoch. */
export function isDownloadable({ deliveryType, state, expiresAt }: RestoreJob, nowMs: number): boolean {
  return deliveryType === 'download' && state === 'completed' && expiresAt !== undefined && nowMs < expiresAt;
}

/** How the oplog of the snapshot is applied; undefined if it is not. */
export function replayOf({
  desired,
  replaysOplog,
}: Pick<RestoreJob, 'desired' | 'replaysOplog'>): OplogReplay | undefined {
  if (desired === undefined) return replaysOplog ? {} : undefined;
  if (desired.pointInTimeUTCSeconds !== undefined) return { upTo: lastMomentBefore(desired.pointInTimeUTCSeconds) };
  return { upTo: { seconds: desired.oplogTs, increment: desired.oplogInc } };
}
