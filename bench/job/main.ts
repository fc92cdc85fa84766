// Measures a whole export job, from a dump to a finished export: npm run bench:job
import { compilePrograms } from '../compile.ts';
import { benchOptions, CACHE } from '../options.ts';
import { hasBsondump, measureJob } from './measure.ts';
import { STORE_KINDS, startStore } from './stores.ts';
import { describe, summarize, type JobSummary } from './report.ts';

const options = benchOptions(
  'bench:job',
  `Measures capture (dump directory to snapshot) and export (snapshot to bucket) in alternating rounds with the engine alone on
the same BSON, and with bsondump | pigz where those are on PATH.`,
  STORE_KINDS,
);
if (options !== undefined) {
  if (!hasBsondump()) console.log('not measured: bsondump | pigz: needs bsondump (MongoDB Database Tools) and pigz');
  const programs = await compilePrograms();
  const sets: JobSummary[] = [];
  const store = options.store === undefined ? undefined : await startStore(options.store);
  for (const { name, file } of options.files()) {
    const result = await measureJob(programs, name, file, CACHE, options.rounds, store, (text) => console.error(text));
    console.log(describe(result));
    sets.push(summarize(result));
  }
  await store?.stop();
  if (options.json) console.log(JSON.stringify({ sets }));
}
