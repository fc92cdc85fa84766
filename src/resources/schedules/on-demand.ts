import { lengthInDays, longer, retentionLessThanCompliancePolicy, type CompliancePolicy } from '../compliance/index.ts';
import type { Retention } from '../snapshots/index.ts';
import type { Schedule } from './model.ts';

/**
 * Decides how long an on-demand snapshot is kept: as the request says, or else as the schedule's item for on-demand snapshots,
 * and never shorter than the compliance policy wants.
 * @returns undefined if none of the three says anything.
 * @throws ApiError `SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY` for a request that wants less.
 */
export function onDemandRetention(
  wanted: Retention | undefined,
  schedule: Pick<Schedule, 'items'> | undefined,
  policy: Pick<CompliancePolicy, 'onDemandPolicyItem'> | undefined,
): Retention | undefined {
  const required = policy?.onDemandPolicyItem?.retention;
  if (wanted !== undefined) {
    if (required !== undefined && lengthInDays(wanted) < lengthInDays(required))
      throw retentionLessThanCompliancePolicy();
    return wanted;
  }
  const usual = schedule?.items.find(({ frequencyType }) => frequencyType === 'ondemand')?.retention;
  if (usual === undefined || required === undefined) return usual ?? required;
  return longer(usual, required);
}
