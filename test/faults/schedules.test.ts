import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callCounts, randomSchedules, runSchedules, seedsOf } from './schedules.ts';
import { createTemplate, referenceOf, SOURCES } from './simulation.ts';

const SCHEDULES = 20;

for (const kind of SOURCES) {
  test(`whatever fails, stalls, lies or is killed, no export of a ${kind} is called successful that is not right`, async (t) => {
    await using template = await createTemplate(kind, { bigCollection: false });
    const reference = await referenceOf(template);
    const wrong: string[] = [];
    const schedules = randomSchedules(reference, seedsOf(kind, 1, SCHEDULES));
    await runSchedules(template, reference, schedules, ({ name, faults }, error) => {
      if (error !== undefined)
        wrong.push(`${name} ${JSON.stringify(faults)}: ${error instanceof Error ? error.message : 'not an error'}`);
    });
    t.diagnostic(`calls without a fault: ${JSON.stringify(callCounts(reference))}`);
    assert.deepEqual(wrong, []);
  });
}
