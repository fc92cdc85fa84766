import type { Id } from '../../kernel/ids.ts';

/** Where a cluster's data is read: what `mongodump` wrote, or a running deployment. */
export type ClusterSource =
  { readonly kind: 'mongodump'; readonly directory: string } | { readonly kind: 'mongodb'; readonly uri: string };

/** A registered deployment. */
export interface Cluster {
  readonly id: Id;
  readonly groupId: Id;
  readonly name: string;
  /** As its source said when it was registered. */
  readonly mongodbVersion: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** A cluster with its source, which may hold a password and goes nowhere as it is. */
export interface ClusterWithSource extends Cluster {
  readonly source: ClusterSource;
}
