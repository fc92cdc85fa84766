import { parseArgs } from 'node:util';
import type { Place } from './fault-plan.ts';
import { callCounts, randomSchedules, runSchedules, seedsOf, singleFaults } from './schedules.ts';
import { createTemplate, referenceOf, SOURCES, type SourceKind } from './simulation.ts';

// npm run test:faults: every fault at every call alone, and then random schedules. `-- --seed N` runs one schedule again, and
// `-- --part 1/3` a third of the schedules.

/** Reads of the database are left to the random schedules, because the worker polls. The stores do not know the source. */
const PLACES_OF_SINGLES: Readonly<Record<SourceKind, readonly Place[]>> = {
  mongodump: ['bucket', 'repository', 'source', 'databaseWrite'],
  mongodb: ['source'],
};

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string', default: '200' },
    singles: { type: 'string' },
    part: { type: 'string', default: '1/1' },
  },
});
const [first, count] = values.seed === undefined ? [1, Number(values.schedules)] : [Number(values.seed), 1];
const [part = 1, parts = 1] = values.part.split('/').map(Number);
const hasSingles = values.seed === undefined && values.singles !== 'off';

let wrong = 0;
for (const kind of SOURCES) {
  const seeds = seedsOf(kind, first, count);
  if (!hasSingles && seeds.length === 0) continue;
  await using template = await createTemplate(kind, { bigCollection: true });
  const reference = await referenceOf(template);
  const singles = hasSingles ? singleFaults(reference, PLACES_OF_SINGLES[kind]) : [];
  const all = [...singles, ...randomSchedules(reference, seeds)];
  const schedules = all.filter((_, index) => index % parts === part - 1);
  console.log(
    `${kind}: ${schedules.length} schedules; calls without a fault: ${JSON.stringify(callCounts(reference))}`,
  );
  let ended = 0;
  await runSchedules(template, reference, schedules, ({ name, faults }, error) => {
    ended++;
    if (error !== undefined) {
      wrong++;
      console.log(`WRONG: ${name} ${JSON.stringify(faults)}`);
      console.log(error);
    }
    if (ended % 20 === 0 || ended === schedules.length)
      console.log(`${kind}: ${ended} of ${schedules.length} ended, ${wrong} wrong`);
  });
}
process.exitCode = wrong === 0 ? 0 : 1;
