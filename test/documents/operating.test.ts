import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { initialize, longshore, serve } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { blocksBelow, guide } from './guide.ts';

// Commands of docs/guides/operating.md, word by word but for their paths.

const GUIDE = guide('operating');

test('the backups of the guide are made beside the server, found to be good, and served', async () => {
  using home = temporaryDirectory('operating');
  const here = (text: string): string =>
    text.replaceAll('/var/lib/longshore', join(home.path, 'data')).replaceAll('/mnt/backup', home.path);
  const [commands = ''] = blocksBelow(GUIDE, 'Backing up the data directory');
  const [, dataDir = ''] = /start the server on the copy: `longshore serve --data-dir (\S+)`/.exec(GUIDE) ?? [];
  const initial = await initialize(join(home.path, 'data'), home.path);
  {
    await using server = await serve(join(home.path, 'data'), home.path, initial);
    assert.ok(server.process.isRunning);
    const lines = commands.trim().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const [program, ...argv] = line.split(' ');
      assert.equal(program, 'longshore');
      const { code, stderr } = await longshore(argv.map(here), { home: home.path });
      assert.equal(code, 0, `${line}: ${stderr}`);
    }
  }
  await using copy = await serve(here(dataDir), home.path, initial);
  assert.ok(copy.process.isRunning);
});
