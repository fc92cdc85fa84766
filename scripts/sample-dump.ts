import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { collectionFiles, type DumpFile } from './sample/dump.ts';
import { shopCollections } from './sample/shop.ts';
import { telemetryCollections } from './sample/telemetry.ts';
import { typesCollections } from './sample/types.ts';
import { worldCollections } from './sample/world.ts';

/** Every file of sample/dump, the dump directory that the demo and the tests read; the same bytes every time. */
export function makeSampleDump(): DumpFile[] {
  const prelude = { ServerVersion: '8.0.4', ToolVersion: '100.10.0' };
  const collections = [...worldCollections(), ...shopCollections(), ...telemetryCollections(), ...typesCollections()];
  return [
    { path: 'prelude.json', bytes: Buffer.from(`${JSON.stringify(prelude)}\n`) },
    ...collections.flatMap((collection) => collectionFiles(collection)),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The differences between the files below `directory` and the given ones; empty if there are none. */
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
