import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { permittedDump } from './dump-roots.ts';

function dumps(t: TestContext): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'longshore-dumps-')));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'root', 'monday'), { recursive: true });
  mkdirSync(join(directory, 'root-of-another'));
  return directory;
}

const refused = { code: 'DUMP_NOT_PERMITTED' };

test('without roots a server on a loopback address reads any directory, and another server reads none', async () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
    assert.equal(await permittedDump('/etc', { dumpRoot: undefined, host }), '/etc');
  }
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example.com']) {
    await assert.rejects(permittedDump('/etc', { dumpRoot: undefined, host }), refused);
  }
});

test('with roots every server reads only directories within a root', async (t) => {
  const directory = dumps(t);
  const root = join(directory, 'root');
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const settings = { dumpRoot: [join(directory, 'missing'), root], host };
    for (const within of [root, join(root, 'monday'), join(root, 'not-there-yet')]) {
      assert.equal(await permittedDump(within, settings), within);
    }
    const outside = ['/etc', directory, join(directory, 'root-of-another'), `${root}/../root-of-another`, '/missing'];
    for (const path of outside) await assert.rejects(permittedDump(path, settings), refused, path);
  }
});

test('a symbolic link counts as its target', async (t) => {
  const directory = dumps(t);
  const root = join(directory, 'root');
  symlinkSync('/etc', join(root, 'out'));
  symlinkSync(root, join(directory, 'in'));
  const settings = { dumpRoot: [join(directory, 'in')], host: '127.0.0.1' };
  await assert.rejects(permittedDump(join(root, 'out'), settings), refused);
  assert.equal(await permittedDump(join(directory, 'in', 'monday'), settings), join(root, 'monday'));
});

test('the root of the file system permits everything', async () => {
  assert.equal(await permittedDump('/', { dumpRoot: ['/'], host: '0.0.0.0' }), '/');
});
