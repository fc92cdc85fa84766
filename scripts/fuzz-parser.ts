/**
 * Sends random documents from BSON to Extended JSON and back, and counts what comes back. Has both parsers do some of the
 * same lines, valid and mutated ones, and compares bytes and errors.
 *
 *   npm run fuzz:parser -- --documents 1000000 --seed 1
 */
import { differenceOfParsers, parserTwins } from '../test/support/parser-twins.ts';
import { mutatedJson } from '../test/support/random-json.ts';
import { RandomBson } from '../test/support/random-bson.ts';
import { Random } from '../test/support/random.ts';
import { RoundTrips } from '../test/support/round-trips.ts';
import { fuzzOptions } from './fuzz-options.ts';

/** Of so many documents, one is also sent as relaxed Extended JSON, one is given to both parsers, and one mutated. */
const DOCUMENTS_PER_ROUND = 16;
const MUTATIONS_PER_ROUND = 2;
const ROUNDS_PER_REPORT = 20_000;
const SHOWN_DIFFERENCES = 10;

const { documents: wanted, seed } = fuzzOptions();

// Most mutated lines are errors, whose stacks nobody reads.
Error.stackTraceLimit = 0;
const random = new Random(seed);
const source = new RandomBson(random);
const twins = parserTwins();
const roundTrips = new RoundTrips();
const started = performance.now();
let documents = 0;
let compared = 0;
let refused = 0;
let differences = 0;

function report(difference: string | undefined): void {
  if (difference === undefined) return;
  differences++;
  if (differences <= SHOWN_DIFFERENCES) console.log(difference);
}

function compare(json: Buffer): void {
  const { difference, isRefused } = differenceOfParsers(twins, json);
  compared++;
  if (isRefused) refused++;
  report(difference);
}

function describe(): string {
  const { same, lossy, losses, lookAlikes } = roundTrips.counts;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  return [
    `${documents} documents there and back, seed ${seed}, ${seconds} s: ${differences} differences`,
    `  ${same} came back as the same bytes`,
    `  ${lossy} came back as Extended JSON can say them, because of:`,
    ...Object.entries(losses).map(([loss, count]) => `    ${count} ${loss}`),
    `  look-alikes: ${lookAlikes.other} came back as another value, and ${lookAlikes.refused} were refused`,
    `  ${compared} texts given to both parsers, ${refused} of them refused by both`,
  ].join('\n');
}

for (let round = 1; documents < wanted; round++) {
  for (let i = 0; i < DOCUMENTS_PER_ROUND && documents < wanted; i++) {
    const bson = source.documents(1);
    report(roundTrips.canonical(bson));
    documents++;
    if (i > 0) continue;
    report(roundTrips.relaxed(bson));
    const json = roundTrips.json(bson, random.below(2) === 0 ? 'canonical' : 'relaxed');
    compare(json);
    for (let mutation = 0; mutation < MUTATIONS_PER_ROUND; mutation++) compare(mutatedJson(random, json));
  }
  if (round % ROUNDS_PER_REPORT === 0) console.log(describe());
}

console.log(describe());
if (differences > 0) process.exitCode = 1;
