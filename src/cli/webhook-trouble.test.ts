import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTroubles } from './trouble.ts';
import type { Webhook } from './webhook-documents.ts';
import { webhookTroubles } from './webhook-trouble.ts';

const WEBHOOK: Webhook = {
  ...{ id: 'a'.repeat(24), name: 'ops', url: 'https://ops.example.com/', eventTypes: [] },
  ...{ createdAt: '2026-08-01T00:00:00Z', pendingDeliveries: 0, failedDeliveries: 0 },
};
const NOW = Date.UTC(2026, 7, 10, 12);

const told = (facts: Partial<Webhook>): string => describeTroubles(webhookTroubles({ ...WEBHOOK, ...facts }, NOW), NOW);

test('a webhook is in trouble if its receiver is down, and until something arrives after events were given up', () => {
  assert.equal(told({ lastDeliveredAt: '2026-08-10T11:00:00Z' }), '');
  assert.equal(told({ pendingDeliveries: 1, pendingSince: '2026-08-10T11:59:30Z' }), '', 'on its way');
  assert.equal(
    told({ pendingDeliveries: 2, pendingSince: '2026-08-10T11:00:00Z' }),
    '\nwebhook ops has not accepted 2 events yet, the oldest of 2026-08-10T11:00:00Z\n',
  );
  const failed = { failedDeliveries: 3, lastFailedAt: '2026-08-09T00:00:00Z' };
  const lost = '\nwebhook ops did not get 3 events; the last was given up at 2026-08-09T00:00:00Z\n';
  assert.equal(told(failed), lost);
  assert.equal(told({ ...failed, lastDeliveredAt: '2026-08-08T00:00:00Z' }), lost);
  assert.equal(told({ ...failed, lastDeliveredAt: '2026-08-09T00:00:01Z' }), '');
});
