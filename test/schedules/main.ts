import { parseArgs } from 'node:util';
import { simulateYear } from './year.ts';

// npm run test:schedules: a year of a schedule, in which servers are killed at random moments. `-- --seed N` chooses the moments.

/** About as many calls of the database and the stores as a year takes. */
const CALLS = 120_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '50' },
    days: { type: 'string', default: '366' },
  },
});
const days = Number(values.days);
const startedAt = Date.now();
const calls = Math.ceil((CALLS * days) / 366);
const report = await simulateYear(days, { kills: Number(values.kills), seed: Number(values.seed), calls });
console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - startedAt) / 1000) }));
