/**
 * Makes the generated files that are committed.
 *
 *   npm run generate              makes all of them
 *   npm run generate -- errors    makes those of one name
 *   npm run check:generated       writes nothing, and fails if a committed file is not what its source gives
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { engineWasm } from './engine-wasm.ts';
import { errorPage } from './error-table.ts';
import { formattedConfigurationGuide } from './configuration-guide.ts';
import { operationsPage } from './operations-table.ts';
import { manPageText } from './man-page.ts';
import { differences, makeSampleDump } from './sample-dump.ts';
import { schemaOfMigrations } from './schema-sql.ts';

const ROOT = path.join(import.meta.dirname, '..');

interface Target {
  write(): void | Promise<void>;
  /** The differences between the committed files and their sources; empty if there are none. */
  differences(): readonly string[] | Promise<readonly string[]>;
}

/** @param name the file's path from the root of the repository. */
function oneFile(name: string, make: () => Promise<string | Uint8Array>): Target {
  const file = path.join(ROOT, name);
  return {
    write: async () => writeFileSync(file, await make()),
    differences: async () => (readFileSync(file).equals(Buffer.from(await make())) ? [] : [`${name} differs`]),
  };
}

const SAMPLE_DIRECTORY = path.join(ROOT, 'sample', 'dump');

const TARGETS: Readonly<Record<string, Target>> = {
  configuration: oneFile('docs/guides/configuration.md', formattedConfigurationGuide),
  man: oneFile('docs/longshore.1', manPageText),
  errors: oneFile('docs/errors.md', errorPage),
  operations: oneFile('docs/guides/from-atlas.md', operationsPage),
  schema: oneFile('src/metastore/schema.sql', schemaOfMigrations),
  engine: oneFile('src/extjson/engine.wasm', engineWasm),
  sample: {
    write() {
      rmSync(SAMPLE_DIRECTORY, { recursive: true, force: true });
      for (const file of makeSampleDump()) {
        const target = path.join(SAMPLE_DIRECTORY, file.path);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, file.bytes);
      }
    },
    differences: () => differences(SAMPLE_DIRECTORY, makeSampleDump()).map((line) => `sample/dump: ${line}`),
  },
};

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
for (const name of names) {
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`${name} is none of ${Object.keys(TARGETS).join(', ')}`);
  if (values.check !== true) {
    await target.write();
    console.log(`made: ${name}`);
    continue;
  }
  for (const difference of await target.differences()) {
    console.error(`${difference}: run \`npm run generate -- ${name}\` and commit the result`);
    process.exitCode = 1;
  }
}
