import { defineError } from '../../http/index.ts';

export const invalidBackupPolicy = defineError(
  'INVALID_BACKUP_POLICY',
  400,
  (reason: string) => `The backup policy is not valid: ${reason}.`,
);
export const policiesNotMeetingRequirements = defineError(
  'BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS',
  400,
  (policies: string) =>
    `The following backup policies do not comply with the specified backup compliance policy: ${policies}`,
);
export const cannotDisableCompliancePolicy = defineError(
  'CANNOT_DISABLE_BACKUP_COMPLIANCE_POLICY',
  400,
  () => 'The backup compliance policy cannot be disabled while the project has clusters or snapshots.',
);
export const cannotCloseGroupActiveCompliancePolicy = defineError(
  'CANNOT_CLOSE_GROUP_ACTIVE_BACKUP_COMPLIANCE_POLICY',
  409,
  (groupId: string) =>
    `The group ${groupId} cannot be closed while its backup compliance policy protects snapshots. Wait until they expire.`,
);
export const retentionLessThanCompliancePolicy = defineError(
  'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY',
  400,
  () => 'The retention is shorter than the backup compliance policy of the project permits.',
);
export const cannotDeleteSnapshotWithCompliancePolicy = defineError(
  'CANNOT_DELETE_SNAPSHOT_WITH_BACKUP_COMPLIANCE_POLICY',
  400,
  () => 'The snapshot cannot be deleted before it expires, because the project has a backup compliance policy.',
);
