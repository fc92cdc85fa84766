import type { Id } from '../../kernel/ids.ts';
import {
  lastMomentBefore,
  type IfExists,
  type OplogReplay,
  type Renaming,
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

/** What is restored. */
export type RestoreJobSource =
  { readonly kind: 'snapshot'; readonly snapshotId: Id; readonly takenAt: number } | ExternalSource;

/** A source that is no snapshot of the server. It is plain JSON. */
export type ExternalSource = {
  /** As the client wrote it. */
  readonly address: string;
} & (
  | {
      readonly kind: 'export';
      /** The project of the bucket. */
      readonly groupId: Id;
      readonly exportBucketId: Id;
      readonly bucketName: string;
      /** A folder of the bucket that is an export or holds one, with a slash at its end. */
      readonly place: string;
      readonly allowIncomplete: boolean;
    }
  /** What mongodump wrote: a directory or an archive on the machine of the server. */
  | { readonly kind: 'dump' }
);

/** Which collections are restored, and under which names. It is plain JSON. */
export interface Selection {
  /** As in `RestoreOptions`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rename: readonly Renaming[];
}

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

/** The restore of a snapshot, an export or a dump to a deployment, or the download of a snapshot. Times are milliseconds since the Unix epoch. */
export interface RestoreJob {
  readonly id: Id;
  readonly groupId: Id;
  /** The cluster in whose list the job is: that of the snapshot; of another source, the target. */
  readonly clusterId: Id;
  readonly source: RestoreJobSource;
  /** Undefined: everything under its own name. */
  readonly selection: Selection | undefined;
  /** Whether the target is only inspected. */
  readonly isDryRun: boolean;
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

/** The snapshot that is restored or downloaded; undefined if the source is none. */
export function snapshotIdOf({ source }: RestoreJob): Id | undefined {
  return source.kind === 'snapshot' ? source.snapshotId : undefined;
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
