import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import { storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { FREQUENCY_TYPES, RETENTION_UNITS } from '../snapshots/index.ts';
import type { CompliancePolicy } from './model.ts';
import type { PolicyItem } from './policy-item.ts';

const StoredItem = Type.Object({
  id: Type.String(),
  frequencyType: Type.Enum([...FREQUENCY_TYPES, 'ondemand']),
  frequencyInterval: Type.Integer(),
  retention: Type.Object({ unit: Type.Enum([...RETENTION_UNITS]), value: Type.Integer() }),
});
const readItem: (text: string) => PolicyItem = jsonTextReader(StoredItem);
/** Reads policy items as rows store them. */
export const readPolicyItems: (text: string) => readonly PolicyItem[] = jsonTextReader(Type.Array(StoredItem));

// Every function takes the database or a transaction of it.

export async function selectPolicy(database: Database, groupId: Id): Promise<CompliancePolicy | undefined> {
  const row = await database
    .selectFrom('backup_compliance_policies')
    .selectAll()
    .where('group_id', '=', groupId)
    .executeTakeFirst();
  return row && policyOf(row);
}

/** Writes the policy of a project in the place of an earlier one. */
export async function putPolicy(database: Database, policy: CompliancePolicy): Promise<void> {
  const columns = {
    authorized_email: policy.authorizedEmail,
    authorized_first_name: policy.authorizedFirstName,
    authorized_last_name: policy.authorizedLastName,
    copy_protection_enabled: policy.copyProtectionEnabled ? 1 : 0,
    encryption_at_rest_enabled: policy.encryptionAtRestEnabled ? 1 : 0,
    pit_enabled: policy.pitEnabled ? 1 : 0,
    restore_window_days: policy.restoreWindowDays,
    on_demand_policy_item: policy.onDemandPolicyItem === undefined ? null : JSON.stringify(policy.onDemandPolicyItem),
    scheduled_policy_items: JSON.stringify(policy.scheduledPolicyItems),
    updated_at: policy.updatedAt,
    updated_by: policy.updatedBy,
  };
  await database
    .insertInto('backup_compliance_policies')
    .values({ group_id: policy.groupId, ...columns })
    .onConflict((conflict) => conflict.column('group_id').doUpdateSet(columns))
    .execute();
}

export async function deletePolicy(database: Database, groupId: Id): Promise<void> {
  await database.deleteFrom('backup_compliance_policies').where('group_id', '=', groupId).execute();
}

function policyOf(row: Selectable<Schema['backup_compliance_policies']>): CompliancePolicy {
  const { on_demand_policy_item: onDemand } = row;
  return {
    groupId: row.group_id,
    authorizedEmail: row.authorized_email,
    authorizedFirstName: row.authorized_first_name,
    authorizedLastName: row.authorized_last_name,
    copyProtectionEnabled: row.copy_protection_enabled === 1,
    encryptionAtRestEnabled: row.encryption_at_rest_enabled === 1,
    pitEnabled: row.pit_enabled === 1,
    restoreWindowDays: row.restore_window_days,
    onDemandPolicyItem:
      onDemand === null
        ? undefined
        : storedValue('backup_compliance_policies.on_demand_policy_item', readItem, onDemand),
    scheduledPolicyItems: storedValue(
      'backup_compliance_policies.scheduled_policy_items',
      readPolicyItems,
      row.scheduled_policy_items,
    ),
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}
