/**
 * Has both transcoders and both checkers do the same random documents, valid and damaged ones, and compares bytes, findings and errors.
 *
 *   npm run fuzz -- --documents 1000000 --seed 1
 */
import { differenceOfCheckers } from '../test/support/checker-twins.ts';
import { differenceOfTwins, transcoderTwins } from '../test/support/transcoder-twins.ts';
import { RandomBson } from '../test/support/random-bson.ts';
import { Random } from '../test/support/random.ts';
import { fuzzOptions } from './fuzz-options.ts';

const VALID_PER_ROUND = 16;
const DAMAGED_PER_ROUND = 4;
const SHOWN_DIFFERENCES = 10;

const { documents: wanted, seed } = fuzzOptions();

// Most damaged documents are errors, whose stacks nobody reads.
Error.stackTraceLimit = 0;
const source = new RandomBson(new Random(seed));
const twins = transcoderTwins();
const started = performance.now();
let documents = 0;
let damaged = 0;
let refused = 0;
let differences = 0;

async function compare(bson: Buffer): Promise<void> {
  for (const pair of twins) {
    const { difference, isRefused } = differenceOfTwins(pair, bson);
    if (isRefused && pair.mode === 'canonical') refused++;
    if (difference !== undefined) report(`${pair.mode}: ${difference}`, bson);
  }
  const difference = await differenceOfCheckers(bson);
  if (difference !== undefined) report(`checkers: ${difference}`, bson);
}

function report(difference: string, bson: Buffer): void {
  differences++;
  if (differences <= SHOWN_DIFFERENCES) console.log(`${difference}\n  ${bson.toString('hex')}`);
}

while (documents < wanted) {
  await compare(source.documents(VALID_PER_ROUND));
  documents += VALID_PER_ROUND;
  for (let i = 0; i < DAMAGED_PER_ROUND; i++) {
    await compare(source.mutated(source.documents(1)));
    documents++;
    damaged++;
  }
}

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${documents} documents, ${damaged} of them damaged and ${refused} of these refused, seed ${seed}, ${seconds} s: ` +
    `${differences} differences`,
);
if (differences > 0) process.exitCode = 1;
