import { defineError } from '../../http/index.ts';

export const groupNameNotFound = defineError(
  'GROUP_NAME_NOT_FOUND',
  404,
  (name: string) => `No group with name ${name} exists.`,
);

export const groupAlreadyExists = defineError(
  'GROUP_ALREADY_EXISTS',
  409,
  (name: string) => `A group with name ${name} already exists.`,
);

export const cannotCloseGroupActiveAtlasClusters = defineError(
  'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS',
  409,
  (groupId: string) => `The group ${groupId} cannot be closed while it has clusters. Remove its clusters first.`,
);

export const cannotCloseGroupActiveBackup = defineError(
  'CANNOT_CLOSE_GROUP_ACTIVE_BACKUP',
  409,
  (groupId: string) =>
    `The group ${groupId} cannot be closed while it has backups of deleted clusters. Delete them, or wait until they expire.`,
);

/** Atlas's error with the fault, because its text alone does not say what is allowed. */
export const invalidTag = defineError(
  'INVALID_ATTRIBUTE',
  400,
  (attribute: string, fault: string) => `Invalid attribute ${attribute} specified: ${fault}.`,
);

export const limitNotSet = defineError(
  'LIMIT_NOT_SET',
  404,
  (name: string, groupId: string) => `The limit ${name} is not set in the group ${groupId}. Set it with PATCH.`,
);
