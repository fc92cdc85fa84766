import type { Id } from '../../kernel/ids.ts';
import type { Consistency, LeftOut } from '../../snapshot/contract.ts';
import type { Configuration } from './configuration.ts';

export const SOURCE_KINDS = ['mongodump', 'archive', 'upload', 'mongodb'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The source of a cluster's data: output of `mongodump`, or a running deployment. */
export type ClusterSource =
  | DirectorySource
  /** A file on the server that `mongodump --archive` wrote. */
  | { readonly kind: 'archive'; readonly file: string }
  /** An archive is sent with each snapshot. */
  | { readonly kind: 'upload' }
  | LiveSource;

/** A directory on the server. `database` names the single database whose files it holds. */
export interface DirectorySource {
  readonly kind: 'mongodump';
  readonly directory: string;
  readonly database?: string;
}

/** A running deployment, with the options for reading it. */
export interface LiveSource {
  readonly kind: 'mongodb';
  readonly uri: string;
  /** The reaction if reading takes longer than the deployment keeps its history; absent: `fail`. */
  readonly whenHistoryEnds?: 'fail' | 'fallBack';
  /** The largest rate of reading, in bytes of BSON; absent: no limit. */
  readonly bytesPerSecond?: number;
}

/** The properties of an opened source. */
export interface SourceReport {
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
  /** The collections of a snapshot, as `database.collection`. */
  readonly collections: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

/** The choices of a registration. */
export type ClusterChoices = Pick<Cluster, 'allowEmpty' | 'strict'>;

/** Where the data of a cluster are, and how snapshots of them are taken. */
export type ReadChoices = ClusterChoices & Pick<ClusterWithSource, 'source'>;

/** A registered deployment, or one that the provisioner made. */
export interface Cluster {
  readonly id: Id;
  readonly groupId: Id;
  readonly name: string;
  readonly sourceKind: SourceKind;
  /** Whether snapshots of it are taken. */
  readonly hasBackups: boolean;
  /** The shards of a sharded cluster, as clients described it; 0: it is a replica set. */
  readonly shardCount: number;
  /** Whether a source without collections is valid. */
  readonly allowEmpty: boolean;
  /** Whether its snapshots refuse values that an export cannot show as they are stored, if nothing else is asked for. */
  readonly strict: boolean;
  /** The version of the source at registration. */
  readonly mongodbVersion: string;
  /** Whether a client created it. It is its provisioner's, so clients may change all of its configuration. */
  readonly isProvisioned: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Whether a client removed it. It stays without its source while its backups are retained. */
  readonly isRemoved: boolean;
}

/** A cluster with what clients said of it. */
export interface DescribedCluster extends Cluster {
  /** The time of the last change by a client, in milliseconds since the Unix epoch; undefined if there was none. */
  readonly changedAt: number | undefined;
  readonly configuration: Configuration;
}

/** The attributes of a cluster that clients see. A removed cluster has no source any more. */
export interface ShownCluster extends Pick<
  DescribedCluster,
  'id' | 'groupId' | 'name' | 'mongodbVersion' | 'createdAt' | 'configuration'
> {
  readonly state: 'CREATING' | 'IDLE' | 'UPDATING' | 'DELETING';
  readonly isProvisioned?: boolean;
  readonly source?: ClusterSource;
}

/** A cluster with its source. The source may contain a password and must not be stored or sent unchanged. */
export interface ClusterWithSource extends DescribedCluster {
  readonly source: ClusterSource;
}

/**
 * Whether restores to a cluster are taken. A deployment is written. The dump of a template is not, but compared, because all of its clusters
 * have it.
 */
export function receivesRestores({
  sourceKind,
  isProvisioned,
}: Pick<Cluster, 'sourceKind' | 'isProvisioned'>): boolean {
  return sourceKind === 'mongodb' || (sourceKind === 'mongodump' && isProvisioned);
}
