// How long the engine takes beside other ways to the same gzip: npm run bench:engine
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileEncodeFile } from './compile.ts';
import { SET_NAMES, dataSetFile } from './data/generate.ts';
import { measureSet } from './measure.ts';
import { findPeers } from './peers.ts';
import { describe, summarize } from './report.ts';

const HELP = `npm run bench:engine -- [options]

Measures the export engine in alternating rounds against pigz, igzip, libbson, bsondump and naive Node.

  --rounds N    rounds for each data set (5)
  --mib N       size of each generated data set, MiB of BSON (256)
  --sets A,B    which of the data sets: ${SET_NAMES.join(', ')} (all)
  --bson FILE   measure this file of concatenated BSON documents instead
  --json        end with one line of JSON`;

const CACHE = join(import.meta.dirname, '../../.cache/bench');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mib: { type: 'string', default: '256' },
    sets: { type: 'string', default: SET_NAMES.join(',') },
    bson: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option} takes a whole number from 1 up, not ${text}`);
  return number;
}

function note(text: string): void {
  console.error(text);
}

function run(): void {
  const rounds = positive('rounds', values.rounds);
  const mebibytes = positive('mib', values.mib);
  mkdirSync(CACHE, { recursive: true });
  const program = compileEncodeFile();
  const peers = findPeers(CACHE);
  for (const missing of peers.missing) console.log(`not measured: ${missing}`);
  const files =
    values.bson === undefined
      ? values.sets.split(',').map((name) => ({ name, file: dataSetFile(CACHE, name, mebibytes) }))
      : [{ name: basename(values.bson, '.bson'), file: values.bson }];
  const summaries = files.map(({ name, file }) => {
    const result = measureSet(program, name, file, CACHE, peers.found, rounds, note);
    console.log(describe(result));
    return summarize(result);
  });
  if (values.json) console.log(JSON.stringify({ sets: summaries }));
}

if (values.help) console.log(HELP);
else run();
