import type { Id } from '../../kernel/ids.ts';
import type { PolicyItem } from './policy-item.ts';
import type { Requirements } from './requirements.ts';

/** What a client says of a compliance policy. */
export interface CompliancePolicySettings extends Requirements {
  readonly authorizedEmail: string;
  readonly authorizedFirstName: string;
  readonly authorizedLastName: string;
  readonly copyProtectionEnabled: boolean;
  readonly encryptionAtRestEnabled: boolean;
  /** The shortest retention of on-demand snapshots. */
  readonly onDemandPolicyItem: PolicyItem | undefined;
}

/** The backup compliance policy of a project: what its schedules and snapshots must at least keep. */
export interface CompliancePolicy extends CompliancePolicySettings {
  readonly groupId: Id;
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number;
  /** The public key of the API key, or the id of another caller. */
  readonly updatedBy: string;
}
