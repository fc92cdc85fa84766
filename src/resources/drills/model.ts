import type { Id } from '../../kernel/ids.ts';

/** `decode`: the export is read, counted and hashed. `restore`: it is also restored to a scratch cluster, and read back. */
export const DRILL_MODES = ['decode', 'restore'] as const;
export type DrillMode = (typeof DRILL_MODES)[number];

/** The states of an unfinished drill. */
export const ACTIVE_STATES = ['queued', 'inProgress'] as const;
export const DRILL_STATES = [...ACTIVE_STATES, 'ended'] as const;
export type DrillState = (typeof DRILL_STATES)[number];

/** `notRun`: the bucket or the scratch cluster could not be used, so nothing is known of the export. */
export const DRILL_OUTCOMES = ['passed', 'failed', 'notRun'] as const;
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number];

/** The scratch cluster that a drill restores to. */
export interface DrillTarget {
  readonly clusterId: Id;
  readonly clusterName: string;
  /** The beginning of the names of the databases that the drill makes there, and drops. */
  readonly databasePrefix: string;
}

/** The report of a drill, and its signature. */
export interface SignedReport {
  readonly outcome: DrillOutcome;
  /** The JSON text that is signed, as UTF-8. */
  readonly text: string;
  /** Ed25519 (RFC 8032) in base64. */
  readonly signature: string;
  readonly keyId: Id;
}

/** A drill: a trial whether an export can be restored. Times are milliseconds since the Unix epoch. */
export interface Drill {
  readonly id: Id;
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly exportId: Id;
  readonly snapshotId: Id;
  readonly mode: DrillMode;
  /** Undefined for `decode`. */
  readonly target: DrillTarget | undefined;
  readonly state: DrillState;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Known at the end. */
  readonly signed: SignedReport | undefined;
}

/** The schedule of a cluster's drills. */
export interface DrillSchedule {
  readonly clusterId: Id;
  readonly intervalDays: number;
  readonly mode: DrillMode;
  readonly targetClusterName: string | undefined;
  readonly databasePrefix: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly nextAt: number;
}
