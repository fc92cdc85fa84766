// Compares the engine with other programs that make the same gzip: npm run bench:engine
import { compilePrograms } from '../compile.ts';
import { benchOptions, CACHE } from '../options.ts';
import { measureSet, OURS_ONE_CORE } from './measure.ts';
import { oneCoreLauncher } from './one-core.ts';
import { findPeers } from './peers.ts';
import { describe, summarize } from './report.ts';

const options = benchOptions(
  'bench:engine',
  'Measures the export engine in alternating rounds against pigz, igzip, libbson, the Go driver, bsondump and naive Node.',
);
if (options !== undefined) {
  const { encodeFile } = await compilePrograms();
  const peers = findPeers(CACHE);
  for (const missing of peers.missing) console.log(`not measured: ${missing}`);
  if (oneCoreLauncher() === undefined)
    console.log(`not measured: ${OURS_ONE_CORE}: needs taskset (Debian: util-linux)`);
  const summaries = options.files().map(({ name, file }) => {
    const result = measureSet(encodeFile, name, file, CACHE, peers.found, options.rounds, (text) => {
      console.error(text);
    });
    console.log(describe(result));
    return summarize(result);
  });
  if (options.json) console.log(JSON.stringify({ sets: summaries }));
}
