import type { Id } from '../../kernel/ids.ts';
import { remember } from '../../kernel/remember.ts';
import type { Caller } from '../operation.ts';

/** Atlas's organization roles. Each has the organization roles that it includes directly. */
const ORGANIZATION_ROLES = {
  ORG_OWNER: [
    'ORG_GROUP_CREATOR',
    'ORG_BILLING_ADMIN',
    'ORG_BILLING_READ_ONLY',
    'ORG_STREAM_PROCESSING_ADMIN',
    'ORG_READ_ONLY',
  ],
  ORG_GROUP_CREATOR: ['ORG_MEMBER'],
  ORG_BILLING_ADMIN: ['ORG_MEMBER'],
  ORG_BILLING_READ_ONLY: ['ORG_MEMBER'],
  ORG_STREAM_PROCESSING_ADMIN: ['ORG_READ_ONLY'],
  ORG_READ_ONLY: ['ORG_MEMBER'],
  ORG_MEMBER: [],
} as const satisfies Record<string, readonly string[]>;

/** Atlas's project roles. Each has the project roles that it includes directly. Every role includes GROUP_READ_ONLY, too. */
const GROUP_ROLES = {
  GROUP_OWNER: 'all',
  GROUP_REPLICA_SET_MANAGER: [],
  GROUP_CLUSTER_MANAGER: [],
  GROUP_CLUSTER_CREATOR: [],
  GROUP_CLUSTER_LOG_VIEWER: [],
  GROUP_CLUSTER_RESILIENCE_TESTER: [],
  GROUP_STREAM_PROCESSING_OWNER: [],
  GROUP_ACCESS_MANAGER: [],
  GROUP_DATA_ACCESS_ADMIN: ['GROUP_DATA_ACCESS_READ_WRITE', 'GROUP_SEARCH_INDEX_EDITOR'],
  GROUP_DATA_ACCESS_READ_WRITE: ['GROUP_DATA_ACCESS_READ_ONLY'],
  GROUP_DATA_ACCESS_READ_ONLY: [],
  GROUP_DATABASE_ACCESS_ADMIN: [],
  GROUP_BACKUP_MANAGER: ['GROUP_BACKUP_CREATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR', 'GROUP_BACKUP_EXPORT_OPERATOR'],
  GROUP_BACKUP_CREATOR: [],
  GROUP_BACKUP_RECOVERY_OPERATOR: [],
  GROUP_BACKUP_EXPORT_OPERATOR: [],
  GROUP_NETWORK_ACCESS_MANAGER: [],
  GROUP_OBSERVABILITY_VIEWER: [],
  GROUP_TRIGGER_MANAGER: [],
  GROUP_READ_ONLY: [],
  GROUP_INDEX_MANAGER: [],
  GROUP_SEARCH_INDEX_EDITOR: [],
  GROUP_REAL_TIME_PERFORMANCE_OPERATOR: [],
  GROUP_SUPPORT_ACCESS_MANAGER: [],
  GROUP_ALERTS_MANAGER: [],
  GROUP_MODEL_OWNER: [],
} as const satisfies Record<string, 'all' | readonly string[]>;

/** The project role that an organization role implies in every project of the organization. */
const IN_EVERY_GROUP = {
  ORG_OWNER: 'GROUP_OWNER',
  ORG_READ_ONLY: 'GROUP_READ_ONLY',
  ORG_STREAM_PROCESSING_ADMIN: 'GROUP_STREAM_PROCESSING_OWNER',
} as const satisfies Partial<Record<OrganizationRole, GroupRole>>;

export type OrganizationRole = keyof typeof ORGANIZATION_ROLES;
export type GroupRole = keyof typeof GROUP_ROLES;

export function isOrganizationRole(name: string): name is OrganizationRole {
  return Object.hasOwn(ORGANIZATION_ROLES, name);
}

export function isGroupRole(name: string): name is GroupRole {
  return Object.hasOwn(GROUP_ROLES, name);
}

/** Whether the caller has one of the roles in the organization, directly or through a role that includes it. */
export function mayInOrganization(caller: Caller, orgId: Id, anyOf: readonly string[]): boolean {
  const held = caller.roles.filter((role) => role.orgId === orgId).map((role) => role.roleName);
  return held.some((name) => organizationClosure(name).some((role) => anyOf.includes(role)));
}

/** Whether the caller has one of the roles in the project, as above. `orgId` is the project's organization. */
export function mayInGroup(caller: Caller, group: { groupId: Id; orgId: Id }, anyOf: readonly string[]): boolean {
  const held = caller.roles.flatMap((role) => {
    if (role.groupId === group.groupId) return [role.roleName];
    return role.groupId === undefined && role.orgId === group.orgId ? rolesInEveryGroup(role.roleName) : [];
  });
  return held.some((name) => groupClosure(name).some((role) => anyOf.includes(role)));
}

/** More than there are names of roles. */
const MAX_NAMES = 100;

const organizationClosure = remember(MAX_NAMES, (name): readonly string[] =>
  isOrganizationRole(name) ? [name, ...ORGANIZATION_ROLES[name].flatMap(organizationClosure)] : [],
);

function rolesInEveryGroup(organizationRole: string): readonly string[] {
  const worth: Readonly<Record<string, GroupRole>> = IN_EVERY_GROUP;
  return organizationClosure(organizationRole).flatMap((role) => worth[role] ?? []);
}

const groupClosure = remember(MAX_NAMES, (name): readonly string[] => {
  if (!isGroupRole(name)) return [];
  const included: 'all' | readonly string[] = GROUP_ROLES[name];
  return included === 'all' ? Object.keys(GROUP_ROLES) : [name, 'GROUP_READ_ONLY', ...included.flatMap(groupClosure)];
});
