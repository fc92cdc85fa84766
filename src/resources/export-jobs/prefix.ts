import type { Id } from '../../kernel/ids.ts';
import { EXPORTS_FOLDER } from '../../pipelines/export/index.ts';

/**
 * Returns the key prefix of an export in Atlas's layout: ids, the minute of the snapshot in UTC, and a second, which
 * distinguishes the exports of a snapshot.
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
  return [EXPORTS_FOLDER, facts.orgId, facts.groupId, facts.clusterName, minute, facts.epochSeconds].join('/');
}
