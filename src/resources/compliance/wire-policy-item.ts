import { Type, type Static } from 'typebox';
import { IdSchema } from '../../http/index.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Retention } from '../snapshots/index.ts';
import { kindOf, type PolicyItem } from './policy-item.ts';

const UNITS = { days: 'DAYS', weeks: 'WEEKS', months: 'MONTHS', years: 'YEARS' } as const;
const UNIT_NAMES: Readonly<Record<Retention['unit'], keyof typeof UNITS>> = {
  DAYS: 'days',
  WEEKS: 'weeks',
  MONTHS: 'months',
  YEARS: 'years',
};

export const PolicyItemBody = Type.Object({
  frequencyInterval: Type.Integer(),
  frequencyType: Type.Enum(['daily', 'hourly', 'weekly', 'monthly', 'yearly', 'ondemand']),
  id: Type.Optional(Type.String({ pattern: '^[a-f0-9]{24}$' })),
  retentionUnit: Type.Enum(['days', 'weeks', 'months', 'years']),
  retentionValue: Type.Integer({ minimum: 1, maximum: 36_500 }),
});
export type PolicyItemBody = Static<typeof PolicyItemBody>;

export const PolicyItemSchema = Type.Object({ ...PolicyItemBody.properties, id: IdSchema }, { $id: 'PolicyItem' });

/**
 * Decodes an item. An item without an id gets that of the present item of its kind, because clients that repeat a policy
 * without ids change nothing. @param present the items that the new ones replace.
 */
export function decodePolicyItem(body: PolicyItemBody, present: readonly PolicyItem[], nowMs: number): PolicyItem {
  const { frequencyType, frequencyInterval, retentionUnit, retentionValue } = body;
  const retention: Retention = { unit: UNITS[retentionUnit], value: retentionValue };
  const item = { frequencyType, frequencyInterval, retention };
  const id: Id | undefined = body.id ?? present.find((one) => kindOf(one) === kindOf({ id: '', ...item }))?.id;
  return { id: id ?? newId(nowMs), ...item };
}

export function encodePolicyItem({ id, frequencyType, frequencyInterval, retention }: PolicyItem): JsonObject {
  return {
    frequencyInterval,
    frequencyType,
    id,
    retentionUnit: UNIT_NAMES[retention.unit],
    retentionValue: retention.value,
  };
}
