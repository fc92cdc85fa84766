import { defineError } from '../../http/index.ts';

/** An error of Longshore's own, as for the access lists of callers. */
export const networkPermissionEntryNotFound = defineError(
  'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND',
  404,
  (entry: string, groupId: string) => `IP Address ${entry} not on Atlas access list for group ${groupId}.`,
);
