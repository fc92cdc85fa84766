import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOnPath } from '../support/is-on-path.ts';
import { longshore, startLongshore } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { blocksBelow, guide, readersDirectory, typeInBash } from './guide.ts';

// The commands of docs/guides/getting-started.md, word by word.

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDE = guide('getting-started');

test('three commands lead from nothing to a finished export, and print what the guide shows', async () => {
  using directory = temporaryDirectory('guide');
  const options = { home: directory.path, env: { LONGSHORE_DATA_DIR: join(directory.path, 'data') } };
  const [commands = '', transcript = ''] = blocksBelow(GUIDE, 'In three commands');
  const [serve, ...others] = commands
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1));
  assert.deepEqual([serve, others.length], [['serve'], 2]);
  const server = startLongshore(['serve', '--port', '0'], options);
  try {
    await server.output(/is listening on/);
    let printed = '';
    for (const argv of others) {
      const { code, stdout, stderr } = await longshore(
        argv.map((word) => word.replace('sample/dump', join(ROOT, 'sample/dump'))),
        options,
      );
      assert.equal(code, 0, stderr);
      printed = stdout;
    }
    const pattern = transcript
      .replace(/[.*+?()|[\]\\^$]/g, '\\$&')
      .replace(/\{(ID|ORG-ID|GROUP-ID)\}/g, '[0-9a-f]{24}')
      // The last digit of a size depends on the compression.
      .replace(/\d+\\\.\d kB/g, '\\d+\\.\\d kB')
      .replace('{DATE}', '[-0-9T]+')
      .replace('{SECONDS}', '\\d+');
    assert.match(printed, new RegExp(`^${pattern}$`));
  } finally {
    await server.end('SIGTERM');
  }
});

test('the commands for scripts work in a script', { skip: !isOnPath('bash') }, async () => {
  using directory = temporaryDirectory('guide');
  const env = readersDirectory(directory.path);
  const [script = ''] = blocksBelow(GUIDE, 'In scripts');
  const { code, out, err } = await typeInBash(script, { cwd: directory.path, env });
  assert.equal(code, 0, err);
  assert.match(out, /"state":"Successful"/);
});

test('the steps lead to an export that is verified', { skip: !isOnPath('bash') }, async () => {
  using directory = temporaryDirectory('guide');
  // A free port replaces that of the guide. The commands find it in the profile.
  const env = readersDirectory(directory.path);
  const server = startLongshore(['serve', '--port', '0', '--data-dir', join(directory.path, 'longshore-data')], {
    home: directory.path,
  });
  try {
    await server.output(/is listening on/);
    const steps = [
      '2. Register a deployment',
      '3. Take a snapshot',
      '4. Grant access to a bucket',
      '5. Export the snapshot',
      '6. Check it',
    ];
    const firsts = steps.map((heading) => blocksBelow(GUIDE, heading)[0] ?? '');
    const read = blocksBelow(GUIDE, '5. Export the snapshot').at(-1) ?? '';
    const script = [...firsts, read].join('\n');
    const { code, out, err } = await typeInBash(script, { cwd: directory.path, env });
    assert.equal(code, 0, err);
    assert.match(out, /^ok {2}exported_snapshots.*\n\{"_id":/m);
  } finally {
    await server.end('SIGTERM');
  }
});
