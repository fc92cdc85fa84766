import type { Id } from '../../kernel/ids.ts';
import type { Consistency, LeftOut } from '../../snapshot/contract.ts';

export const SOURCE_KINDS = ['mongodump', 'archive', 'upload', 'mongodb'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Where a cluster's data is read: what `mongodump` wrote, or a running deployment. */
export type ClusterSource =
  /** A directory on the server. `database` names the single database whose files it holds. */
  | { readonly kind: 'mongodump'; readonly directory: string; readonly database?: string }
  /** A file on the server that `mongodump --archive` wrote. */
  | { readonly kind: 'archive'; readonly file: string }
  /** An archive is sent with each snapshot. */
  | { readonly kind: 'upload' }
  | LiveSource;

/** A running deployment, and how it is read. */
export interface LiveSource {
  readonly kind: 'mongodb';
  readonly uri: string;
  /** What happens where the deployment keeps its history for less time than reading takes; `fail` where absent. */
  readonly whenHistoryEnds?: 'fail' | 'fallBack';
  /** How much BSON is read in a second at most; no limit where absent. */
  readonly bytesPerSecond?: number;
}

/** What a source said when it was opened. */
export interface SourceReport {
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
  /** `database.collection` of what a snapshot would hold. */
  readonly collections: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** What is chosen for a cluster when it is registered. */
export type ClusterChoices = Pick<Cluster, 'allowEmpty' | 'strict'>;

/** A registered deployment. */
export interface Cluster {
  readonly id: Id;
  readonly groupId: Id;
  readonly name: string;
  readonly sourceKind: SourceKind;
  /** Whether a source without anything to export is no error. */
  readonly allowEmpty: boolean;
  /** Whether its snapshots refuse values that an export cannot show as they are stored, if nothing else is asked for. */
  readonly strict: boolean;
  /** As its source said when it was registered. */
  readonly mongodbVersion: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** A cluster with its source, which may hold a password and goes nowhere as it is. */
export interface ClusterWithSource extends Cluster {
  readonly source: ClusterSource;
}
