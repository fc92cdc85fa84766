import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { Projects } from '../projects/index.ts';
import type { ServerTime } from '../server-time/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import {
  cannotCloseGroupActiveCompliancePolicy,
  cannotDeleteSnapshotWithCompliancePolicy,
  cannotDisableCompliancePolicy,
  invalidBackupPolicy,
  policiesNotMeetingRequirements,
  retentionLessThanCompliancePolicy,
} from './errors.ts';
import type { CompliancePolicy, CompliancePolicySettings } from './model.ts';
import { faultOf, lengthInDays, type PolicyItem } from './policy-item.ts';
import { unfulfilled } from './requirements.ts';
import * as table from './table.ts';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly serverTime: Pick<ServerTime, 'retentionTime'>;
  readonly projects: Pick<Projects, 'requireProject' | 'onRemoval'>;
  readonly snapshots: Pick<Snapshots, 'onRemoval' | 'onRetention' | 'addRetainingRule' | 'hasSnapshots'>;
}

/**
 * Runs in the transaction that writes a policy. @param options.overwrite whether schedules are raised to the policy; false:
 * a schedule that does not fulfil it is an error.
 */
export type PolicyHook = (
  transaction: Transaction,
  policy: CompliancePolicy,
  options: { readonly overwrite: boolean },
) => Promise<void>;

export type ComplianceService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, serverTime, projects, snapshots } = deps;
  const hooks: PolicyHook[] = [];

  const findPolicy = async (groupId: Id, within: Database = database): Promise<CompliancePolicy | undefined> =>
    await table.selectPolicy(within, groupId);

  // A failed snapshot holds nothing, and an expired one has been kept as long as the policy wanted.
  snapshots.onRemoval(async (transaction, { groupId, status, expiresAt }) => {
    if (status === 'failed' || expiresAt <= (await serverTime.retentionTime(transaction))) return;
    if ((await findPolicy(groupId, transaction)) !== undefined) throw cannotDeleteSnapshotWithCompliancePolicy();
  });
  snapshots.onRetention(async (transaction, { groupId, expiresAt }, changed) => {
    if (changed.expiresAt >= expiresAt) return;
    if ((await findPolicy(groupId, transaction)) !== undefined) throw retentionLessThanCompliancePolicy();
  });

  snapshots.addRetainingRule(
    async (transaction, { groupId }) => (await findPolicy(groupId, transaction)) !== undefined,
  );
  projects.onRemoval(async (transaction, { id }) => {
    if ((await findPolicy(id, transaction)) === undefined || !(await snapshots.hasSnapshots(id, transaction))) return;
    throw cannotCloseGroupActiveCompliancePolicy(id);
  });

  /** Whether the project has nothing that the policy protects: no clusters, and no snapshots of removed ones. */
  async function isEmpty(transaction: Transaction, groupId: Id): Promise<boolean> {
    const { clusterCount } = await projects.requireProject(groupId, transaction);
    return clusterCount === 0 && !(await snapshots.hasSnapshots(groupId, transaction));
  }

  return {
    findPolicy,

    onUpdate: (hook: PolicyHook): void => {
      hooks.push(hook);
    },

    /** @returns the policy, and whether the project had none before. */
    put: async (
      groupId: Id,
      updatedBy: string,
      decode: (present: CompliancePolicy | undefined) => CompliancePolicySettings,
      options: { readonly overwrite: boolean },
    ): Promise<{ readonly policy: CompliancePolicy; readonly isNew: boolean }> =>
      await database.transaction().execute(async (transaction) => {
        const present = await findPolicy(groupId, transaction);
        const settings = decode(present);
        const fault =
          faultOf(settings.scheduledPolicyItems, 'compliance') ?? faultOf(onDemandItems(settings), 'compliance');
        if (fault !== undefined) throw invalidBackupPolicy(fault);
        if (present !== undefined && !(await isEmpty(transaction, groupId))) requireAsStrict(present, settings);
        const policy = { ...settings, groupId, updatedAt: clock.now(), updatedBy };
        await table.putPolicy(transaction, policy);
        for (const hook of hooks) await hook(transaction, policy, options);
        return { policy, isNew: present === undefined };
      }),

    disable: async (groupId: Id): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        if ((await findPolicy(groupId, transaction)) === undefined) return;
        if (!(await isEmpty(transaction, groupId))) throw cannotDisableCompliancePolicy();
        await table.deletePolicy(transaction, groupId);
      });
    },
  };
}

const onDemandItems = ({ onDemandPolicyItem }: CompliancePolicySettings): readonly PolicyItem[] =>
  onDemandPolicyItem === undefined ? [] : [onDemandPolicyItem];

/** @throws ApiError if a policy that protects something would protect less than before. */
function requireAsStrict(present: CompliancePolicy, settings: CompliancePolicySettings): void {
  const { scheduledPolicyItems: items, restoreWindowDays } = settings;
  const missing = [...unfulfilled(present, { items, restoreWindowDays })];
  if (present.pitEnabled && !settings.pitEnabled) missing.push('pitEnabled');
  const { onDemandPolicyItem: required } = present;
  const { onDemandPolicyItem: item } = settings;
  if (required !== undefined && (!item || lengthInDays(item.retention) < lengthInDays(required.retention))) {
    missing.push('ondemand');
  }
  if (missing.length > 0) throw policiesNotMeetingRequirements(missing.join(', '));
}
