import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialize, longshore, Running, serve, startLongshore } from '../support/longshore.ts';
import { archiveOfDatabases } from '../support/mongodump-archive.ts';
import { SMALL_DEPLOYMENT } from '../support/mongodump.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'longshore.js');
const SEND = `"$NODE" "$PROGRAM" snapshot create Sent --archive - --watch --data-dir "$DATA"`;

test('an archive comes through a pipe; a server that is killed in the middle of one keeps nothing of it', async () => {
  using directory = temporaryDirectory('archives');
  const home = directory.path;
  const data = join(home, 'data');
  const file = join(home, 'dump.archive');
  writeFileSync(file, archiveOfDatabases(SMALL_DEPLOYMENT));
  const env = { NODE: process.execPath, PROGRAM, DATA: data, FILE: file };
  const shell = (script: string) => new Running('sh', ['-c', script], { home, env });
  const initial = await initialize(data, home);
  const uploads = join(data, 'uploads');
  {
    await using server = await serve(data, home, initial);
    const added = await longshore(['cluster', 'add', 'Sent', '--archive', '-', '--data-dir', data], { home });
    assert.equal(added.code, 0, added.stderr);

    const whole = await shell(`cat "$FILE" | ${SEND}`).finished();
    assert.equal(whole.code, 0, whole.stderr);
    assert.match(whole.stdout, /^Snapshot [0-9a-f]{24} of Sent: completed/);

    const cut = await shell(`head -c 5000 "$FILE" | ${SEND}`).finished();
    assert.equal(cut.code, 4);
    assert.match(cut.stderr, /INVALID_ARCHIVE: .*it was cut off/);
    assert.deepEqual(readdirSync(uploads), []);

    // The writer of the archive neither continues nor ends, because the server is killed while the writer waits.
    const send = ['snapshot', 'create', 'Sent', '--archive', '-', '--data-dir', data];
    const stalled = startLongshore(send, { home, stdin: 'pipe' });
    stalled.child.stdin?.write(readFileSync(file).subarray(0, 5000));
    const partial = (): number => {
      const [name] = readdirSync(uploads);
      return name === undefined ? 0 : statSync(join(uploads, name)).size;
    };
    while (partial() < 5000) await sleep(10);
    await server.process.end('SIGKILL');
    assert.equal((await stalled.finished()).code, 3);
  }
  assert.equal(readdirSync(uploads).length, 1);
  await using server = await serve(data, home, initial);
  assert.deepEqual(readdirSync(uploads), []);
  assert.equal((await server.project.send('GET', '/clusters/Sent/backup/snapshots')).list('/results').length, 1);
});
