import assert from 'node:assert/strict';
import fs, { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { GoodBlocks } from '../pipelines/capture/index.ts';
import { GoodBlocksFile } from './good-blocks-file.ts';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

/** The messages of the log, and blocks of a new process in each call. */
function started(file: string): { readonly warnings: string[]; readonly blocks: GoodBlocksFile } {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  return { warnings, blocks: new GoodBlocksFile(file, logger) };
}

const addAll = (names: readonly string[]) => (blocks: GoodBlocks) => {
  for (const name of names) blocks.add(name);
  return Promise.resolve();
};
const known = (blocks: GoodBlocks): Promise<boolean[]> => Promise.resolve([A, B, C].map((name) => blocks.has(name)));

test('what a capture added is known after a start, also if the capture failed', async () => {
  using directory = temporaryDirectory('good-blocks');
  const file = join(directory.path, 'good-blocks');
  await started(file).blocks.during(addAll([A]));
  const failing = started(file).blocks.during(async (blocks) => {
    await addAll([B])(blocks);
    throw new Error('interrupted');
  });
  await assert.rejects(failing, /interrupted/);
  const { warnings, blocks } = started(file);
  assert.deepEqual(await blocks.during(known), [true, true, false]);
  assert.deepEqual(warnings, []);
});

test('what another engine checked is not known, and a file that was cut is known as far as it goes', async () => {
  using directory = temporaryDirectory('good-blocks');
  const file = join(directory.path, 'good-blocks');
  await started(file).blocks.during(addAll([A, B, C]));
  truncateSync(file, 32 + 2 * 32 + 5);
  assert.deepEqual(await started(file).blocks.during(known), [true, true, false]);
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  writeFileSync(file, bytes);
  assert.deepEqual(await started(file).blocks.during(known), [false, false, false]);
});

test('a file that cannot be read or written costs a warning and no snapshot', async () => {
  using directory = temporaryDirectory('good-blocks');
  const file = join(directory.path, 'good-blocks');
  mkdirSync(file);
  const { warnings, blocks } = started(file);
  await blocks.during(addAll([A]));
  assert.deepEqual(await blocks.during(known), [true, false, false]);
  assert.match(warnings.join('\n'), /cannot be read.*cannot be written/s);
});

test('without engine.wasm a server starts and takes snapshots, because the checker in TypeScript stands in', async (t) => {
  using directory = temporaryDirectory('good-blocks');
  const missing = t.mock.method(fs, 'readFileSync', () => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    missing.mock.restore();
    syncBuiltinESMExports();
  });
  const { warnings, blocks } = started(join(directory.path, 'good-blocks'));
  await blocks.during(addAll([A]));
  assert.deepEqual(await blocks.during(known), [true, false, false]);
  assert.match(warnings.join('\n'), /cannot be written/);
});
