// Measures the parts of a restore: npm run bench:restore
import { compilePrograms } from '../compile.ts';
import { benchOptions, CACHE } from '../options.ts';
import { describeParsing, GO_DRIVER_NAME, JS_BSON, measureParsing, parsingRatio } from './parsing.ts';
import { describeWriting, measureWriting } from './writing.ts';

const options = benchOptions(
  'bench:restore',
  'Measures Extended JSON to BSON on one core, in alternating rounds with js-bson and with the Go driver, whose functions mongoimport calls.',
);
if (options !== undefined) {
  const summaries = [];
  for (const { name, file } of options.files()) {
    for (const mode of ['canonical', 'relaxed'] as const) {
      const result = await measureParsing(name, file, mode, options.rounds, CACHE);
      console.log(describeParsing(result));
      summaries.push({
        name: result.name,
        js_bson_over_ours: parsingRatio(result, JS_BSON),
        go_driver_over_ours: parsingRatio(result, GO_DRIVER_NAME),
      });
    }
  }
  const least = Math.min(...summaries.map(({ js_bson_over_ours: ratio }) => ratio ?? Infinity));
  const writing = [];
  const programs = await compilePrograms();
  for (const { name, file } of options.files()) {
    const result = await measureWriting(programs, { name, file }, options.rounds);
    console.log(describeWriting(result));
    writing.push(result);
  }
  if (options.json) console.log(JSON.stringify({ parsing: summaries, writing, least_js_bson_over_ours: least }));
  else console.log(`js-bson takes at least ${least.toFixed(1)} times as long as ours`);
}
