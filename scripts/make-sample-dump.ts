/**
 * Writes sample/dump, the dump directory that the demo and the tests read: `node scripts/make-sample-dump.ts`.
 * The same bytes come out every time; `--check` writes nothing and fails where the committed files are others.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { collectionFiles, type DumpFile } from './sample/dump.ts';
import { shopCollections } from './sample/shop.ts';
import { telemetryCollections } from './sample/telemetry.ts';
import { typesCollections } from './sample/types.ts';
import { worldCollections } from './sample/world.ts';

/** Every file of the dump, made anew. */
export function makeSampleDump(): DumpFile[] {
  const prelude = { ServerVersion: '8.0.4', ToolVersion: '100.10.0' };
  const collections = [...worldCollections(), ...shopCollections(), ...telemetryCollections(), ...typesCollections()];
  return [
    { path: 'prelude.json', bytes: Buffer.from(`${JSON.stringify(prelude)}\n`) },
    ...collections.flatMap((collection) => collectionFiles(collection)),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** How the files below `directory` differ from the given ones; empty where they do not. */
export function differences(directory: string, files: readonly DumpFile[]): string[] {
  const wanted = new Map(files.map((file) => [file.path, file.bytes]));
  const found = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  return [
    ...found.filter((name) => !wanted.has(name)).map((name) => `${name} is not part of the sample`),
    ...[...wanted].flatMap(([name, bytes]) => {
      if (!found.includes(name)) return [`${name} is missing`];
      return readFileSync(path.join(directory, name)).equals(bytes) ? [] : [`${name} differs`];
    }),
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
  const directory = values.out ?? fileURLToPath(new URL('../sample/dump', import.meta.url));
  const files = makeSampleDump();
  if (values.check === true) {
    const found = differences(directory, files);
    for (const line of found) process.stderr.write(`${line}\n`);
    process.exitCode = found.length === 0 ? 0 : 1;
  } else {
    rmSync(directory, { recursive: true, force: true });
    for (const file of files) {
      const target = path.join(directory, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.bytes);
    }
    const total = files.reduce((sum, file) => sum + file.bytes.length, 0);
    process.stdout.write(`${files.length} files, ${(total / 1e6).toFixed(1)} MB in ${directory}\n`);
  }
}
