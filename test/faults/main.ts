import { parseArgs } from 'node:util';
import { randomSchedules, runSchedules, singleFaults } from './schedules.ts';
import { createTemplate, referenceOf } from './simulation.ts';

// npm run test:faults: every fault at every call alone, and then random schedules. `-- --seed N` runs one schedule again.

const { values } = parseArgs({
  options: { seed: { type: 'string' }, schedules: { type: 'string', default: '200' }, singles: { type: 'string' } },
});
const [first, count] = values.seed === undefined ? [1, Number(values.schedules)] : [Number(values.seed), 1];
using template = await createTemplate({ bigCollection: true });
const reference = await referenceOf(template);
const random = randomSchedules(reference, first, count);
const schedules =
  values.seed === undefined && values.singles !== 'off' ? [...singleFaults(reference), ...random] : random;
console.log(`${schedules.length} schedules; calls without a fault: ${JSON.stringify(reference.calls)}`);

let ended = 0;
let wrong = 0;
await runSchedules(template, reference, schedules, ({ name, faults }, error) => {
  ended++;
  if (error !== undefined) {
    wrong++;
    console.log(`WRONG: ${name} ${JSON.stringify(faults)}`);
    console.log(error);
  }
  if (ended % 20 === 0 || ended === schedules.length)
    console.log(`${ended} of ${schedules.length} ended, ${wrong} wrong`);
});
process.exitCode = wrong === 0 ? 0 : 1;
