import type { RemovalHook, Transaction } from '../../metastore/index.ts';
import type { Cluster } from '../clusters/index.ts';
import type { Snapshot } from './model.ts';
import type { Retention } from './retention.ts';

/**
 * Decides how long an on-demand snapshot is kept. It may throw. @param wanted what the request asked for, or the rule
 * before this one. @returns undefined for no opinion.
 */
export type RetentionRule = (
  transaction: Transaction,
  cluster: Cluster,
  wanted: Retention | undefined,
) => Promise<Retention | undefined>;

/** Runs in the transaction that changes the retention of a snapshot. A hook that throws prevents the change. */
export type RetentionHook = (
  transaction: Transaction,
  snapshot: Snapshot,
  changed: { readonly expiresAt: number },
) => Promise<void>;

/** Runs in the transaction that completes a snapshot. */
export type CompletionHook = (transaction: Transaction, snapshot: Snapshot) => Promise<void>;

/** Runs in the transaction in which a snapshot fails. */
export type FailureHook = (transaction: Transaction, snapshot: Snapshot) => Promise<void>;

/** Decides whether the completed snapshots of a cluster stay when a client removes it without asking for that. */
export type RetainingRule = (transaction: Transaction, cluster: Cluster) => Promise<boolean>;

/** What slices above add to the rules of snapshots. Hooks and rules run in the order in which they were added. */
export interface SnapshotHooks {
  readonly removal: RemovalHook<Snapshot>[];
  readonly retention: RetentionHook[];
  readonly completion: CompletionHook[];
  readonly failure: FailureHook[];
  readonly retentionRules: RetentionRule[];
  readonly retainingRules: RetainingRule[];
}

export function noHooks(): SnapshotHooks {
  return { removal: [], retention: [], completion: [], failure: [], retentionRules: [], retainingRules: [] };
}
