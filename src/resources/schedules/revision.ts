import type { PolicyItem } from '../compliance/index.ts';
import { addRetention, type Retention, type Snapshot } from '../snapshots/index.ts';

/**
 * Says what a change of policy items means for the snapshots that were taken before. A snapshot whose retention a client has
 * set is not touched by changed retentions.
 */
export function revision(
  before: readonly PolicyItem[],
  after: readonly PolicyItem[],
  wanted: { readonly update: boolean; readonly delete: boolean },
): (snapshot: Snapshot) => Retention | 'remove' | undefined {
  const removed = new Set(before.map(({ id }) => id).filter((id) => !after.some((item) => item.id === id)));
  const changed = new Set(
    after
      .filter((item) => before.some((old) => old.id === item.id && !isSame(old.retention, item.retention)))
      .map(({ id }) => id),
  );
  return (snapshot) => {
    const ids = snapshot.scheduledFor?.policyItemIds ?? [];
    const serving = after.filter(({ id }) => ids.includes(id));
    if (serving.length === 0) return wanted.delete && ids.some((id) => removed.has(id)) ? 'remove' : undefined;
    if (!wanted.update || snapshot.hasOwnRetention || !ids.some((id) => changed.has(id))) return undefined;
    const from = snapshot.completedAt ?? snapshot.requestedAt;
    const [longest] = serving
      .map(({ retention }) => retention)
      .toSorted((one, other) => addRetention(from, other) - addRetention(from, one));
    return longest === undefined || isSame(longest, snapshot.retention) ? undefined : longest;
  };
}

function isSame(one: Retention, other: Retention): boolean {
  return one.unit === other.unit && one.value === other.value;
}
