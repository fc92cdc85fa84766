import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';
import { systemClock } from '../../kernel/clock.ts';
import { openSqlite } from '../../metastore/index.ts';

test('run removes what has expired before it ends, though the recurring jobs are not due, also if the export fails', async () => {
  using directory = temporaryDirectory('run-expiry');
  const dataDir = join(directory.path, 'data');
  const bucket = join(directory.path, 'bucket');
  const argv = ['run', '--mongodump', SAMPLE_DUMP, '--data-dir', dataDir, '--to'];
  const expire = async (): Promise<void> => {
    const metastore = await openSqlite({ path: join(dataDir, 'metadata.sqlite') });
    await metastore.database.updateTable('snapshots').set({ expires_at: 1 }).execute();
    const run_at = systemClock.now() + 9 * 60_000;
    await metastore.database.updateTable('jobs').set({ run_at }).whereRef('id', '=', 'kind').execute();
    await metastore.close();
  };
  const stored = (): number => readdirSync(join(dataDir, 'repository', 'snapshots'), { recursive: true }).length;

  const first = await typed([...argv, bucket]);
  assert.equal(first.code, 0, first.err);
  assert.doesNotMatch(first.out, /Removed/);
  const one = stored();
  await expire();
  const second = await typed([...argv, bucket]);
  assert.equal(second.code, 0, second.err);
  assert.match(second.out, /\nRemoved 1 expired snapshot\.\nExported /);
  assert.equal(stored(), one, 'the manifest of the second snapshot alone');
  await expire();
  const third = await typed([...argv, bucket, '--json']);
  assert.match(third.out, /"removedSnapshots":1}$/m);
  await expire();
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  assert.equal((await typed([...argv, file])).code, 4);
  assert.ok(stored() < one, 'no manifest is left');
});
