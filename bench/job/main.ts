// How long a whole export job takes, from a dump to a finished export in a directory: npm run bench:job
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SET_NAMES, dataSetFile } from '../engine/data/generate.ts';
import { hasBsondump, measureJob } from './measure.ts';
import { describe, summarize, type JobSummary } from './report.ts';

const HELP = `npm run bench:job -- [options]

Measures capture (dump directory to snapshot) and export (snapshot to bucket) in alternating rounds with the engine alone on
the same BSON, and with bsondump | pigz where those are on PATH.

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

async function run(): Promise<void> {
  const rounds = positive('rounds', values.rounds);
  const mebibytes = positive('mib', values.mib);
  mkdirSync(CACHE, { recursive: true });
  if (!hasBsondump()) console.log('not measured: bsondump | pigz: needs bsondump (MongoDB Database Tools) and pigz');
  const files =
    values.bson === undefined
      ? values.sets.split(',').map((name) => ({ name, file: dataSetFile(CACHE, name, mebibytes) }))
      : [{ name: basename(values.bson, '.bson'), file: values.bson }];
  const sets: JobSummary[] = [];
  for (const { name, file } of files) {
    const result = await measureJob(name, file, CACHE, rounds, (text) => console.error(text));
    console.log(describe(result));
    sets.push(summarize(result));
  }
  if (values.json) console.log(JSON.stringify({ sets }));
}

if (values.help) console.log(HELP);
else await run();
