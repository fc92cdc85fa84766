import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOnPath } from '../support/is-on-path.ts';
import { childEnvironment, longshore, startLongshore } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The commands of docs/guides/getting-started.md, word by word.

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/getting-started.md'), 'utf8');

/** The code blocks below a heading. */
function blocksBelow(heading: string): readonly string[] {
  const section = GUIDE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

test('three commands lead from nothing to a finished export, and print what the guide shows', async () => {
  using directory = temporaryDirectory('guide');
  const options = { home: directory.path, env: { LONGSHORE_DATA_DIR: join(directory.path, 'data') } };
  const [commands = '', transcript = ''] = blocksBelow('In three commands');
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
  mkdirSync(join(directory.path, 'bin'));
  symlinkSync(join(ROOT, 'bin/longshore.js'), join(directory.path, 'bin/longshore.js'));
  symlinkSync(join(ROOT, 'sample'), join(directory.path, 'sample'));
  const [script = ''] = blocksBelow('In scripts');
  const child = spawn('bash', ['-c', script], {
    cwd: directory.path,
    env: childEnvironment(directory.path),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number];
  assert.equal(code, 0, err);
  assert.match(out, /"state":"Successful"/);
});
