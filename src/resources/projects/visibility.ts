import { mayInGroup, type Caller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

/** The projects that a caller may read: all projects of some organizations, and single projects. */
export interface Visibility {
  readonly orgIds: readonly Id[];
  readonly groupIds: readonly Id[];
}

export function visibleTo(caller: Caller): Visibility {
  const orgIds = new Set<Id>();
  const groupIds = new Set<Id>();
  for (const role of caller.roles) {
    const { orgId = '', groupId = '' } = role;
    if (!mayInGroup({ ...caller, roles: [role] }, { groupId, orgId }, ['GROUP_READ_ONLY'])) continue;
    if (groupId === '') orgIds.add(orgId);
    else groupIds.add(groupId);
  }
  // All roles of a caller are in its organization, so single projects add nothing to it. Without them one index has the whole list.
  return { orgIds: [...orgIds], groupIds: orgIds.has(caller.orgId) ? [] : [...groupIds] };
}
