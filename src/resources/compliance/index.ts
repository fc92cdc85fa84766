import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database } from '../../metastore/index.ts';
import type { CompliancePolicy } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type PolicyHook, type ServiceDependencies } from './service.ts';

export { invalidBackupPolicy, policiesNotMeetingRequirements, retentionLessThanCompliancePolicy } from './errors.ts';
export type { CompliancePolicy } from './model.ts';
export { faultOf, kindOf, LAST_DAY, lengthInDays, rankOf, scheduledItems, type PolicyItem } from './policy-item.ts';
export { augmented, longer, unfulfilled, type Requirements } from './requirements.ts';
export { readPolicyItems } from './table.ts';
export { decodePolicyItem, encodePolicyItem, PolicyItemBody, PolicyItemSchema } from './wire-policy-item.ts';

/** The backup compliance policies of projects, and the items that policies consist of. */
export interface Compliance {
  readonly operations: readonly Operation[];
  /** @param within the transaction of the query; absent: none. @returns undefined if the project has no policy. */
  findPolicy(groupId: Id, within?: Database): Promise<CompliancePolicy | undefined>;
  /** Adds a hook that runs in the transaction that writes a policy. A hook that throws prevents it. */
  onUpdate(hook: PolicyHook): void;
}

export function createCompliance(deps: ServiceDependencies): Compliance {
  const service = createService(deps);
  return {
    operations: createOperations(service, deps.clock),
    findPolicy: service.findPolicy,
    onUpdate: service.onUpdate,
  };
}
