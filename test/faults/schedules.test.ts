import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomSchedules, runSchedules } from './schedules.ts';
import { createTemplate, referenceOf } from './simulation.ts';

const SCHEDULES = 20;

test('whatever fails, stalls, lies or is killed, no export is called successful that is not right', async (t) => {
  using template = await createTemplate({ bigCollection: false });
  const reference = await referenceOf(template);
  const wrong: string[] = [];
  await runSchedules(template, reference, randomSchedules(reference, 1, SCHEDULES), ({ name, faults }, error) => {
    if (error !== undefined)
      wrong.push(`${name} ${JSON.stringify(faults)}: ${error instanceof Error ? error.message : 'not an error'}`);
  });
  t.diagnostic(`calls without a fault: ${JSON.stringify(reference.calls)}`);
  assert.deepEqual(wrong, []);
});
