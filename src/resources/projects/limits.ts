import { Type } from 'typebox';

/** The names of Atlas's limits of projects, in the order of the alphabet. */
export const LIMIT_NAMES = [
  'atlas.project.deployment.clusters',
  'atlas.project.deployment.nodesPerPrivateLinkRegion',
  'atlas.project.deployment.privateServiceConnectionsPerRegionGroup',
  'atlas.project.deployment.privateServiceConnectionsSubnetMask',
  'atlas.project.deployment.serverlessMTMs',
  'atlas.project.security.databaseAccess.customRoles',
  'atlas.project.security.databaseAccess.users',
  'atlas.project.security.networkAccess.crossRegionEntries',
  'atlas.project.security.networkAccess.entries',
  'dataFederation.bytesProcessed.daily',
  'dataFederation.bytesProcessed.monthly',
  'dataFederation.bytesProcessed.query',
  'dataFederation.bytesProcessed.weekly',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

const Value = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The limits that were set. Longshore keeps them for clients that compare them, and enforces none. */
export type SetLimits = Readonly<Partial<Record<LimitName, number | undefined>>>;
export const SetLimits = Type.Partial(Type.Record(Type.Enum([...LIMIT_NAMES]), Value));

export const LimitSchema = Type.Object({ name: Type.Enum([...LIMIT_NAMES]), value: Value }, { $id: 'GroupLimit' });

/** The body of a limit. Attributes that the server writes may be there, because clients send what they got. */
export const LimitBody = Type.Object({
  currentUsage: Type.Optional(Type.Integer()),
  defaultLimit: Type.Optional(Type.Integer()),
  maximumLimit: Type.Optional(Type.Integer()),
  name: Type.Optional(Type.String()),
  value: Value,
});
