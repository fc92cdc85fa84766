import type { Id } from '../../kernel/ids.ts';

/**
 * Where an export's objects go, in Atlas's layout: ids, the minute in which the snapshot was taken (UTC), and a second that
 * tells the exports of a snapshot apart.
 */
export function exportPrefix(facts: {
  readonly orgId: Id;
  readonly groupId: Id;
  readonly clusterName: string;
  /** Milliseconds since the Unix epoch. */
  readonly snapshotTakenAt: number;
  readonly epochSeconds: number;
}): string {
  const minute = new Date(facts.snapshotTakenAt).toISOString().slice(0, 16).replace(':', '');
  return ['exported_snapshots', facts.orgId, facts.groupId, facts.clusterName, minute, facts.epochSeconds].join('/');
}
