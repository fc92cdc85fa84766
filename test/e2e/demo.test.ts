import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { longshore } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const TIMEOUT_MS = 120_000;

test('demo ends well and leaves everything where --keep says', async () => {
  using directory = temporaryDirectory('demo');
  const keep = join(directory.path, 'kept');
  const run = await longshore(['demo', '--keep', keep], { home: directory.path, timeoutMs: TIMEOUT_MS });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.equal((run.stdout + run.stderr).includes('\u001b'), false, 'no terminal, no escape sequences');
  assert.match(run.stdout, /exportBuckets/);
  assert.match(run.stdout, /\.complete/);

  const buckets = readdirSync(keep, { recursive: true, encoding: 'utf8' }).filter((entry) =>
    existsSync(join(keep, entry, 'exported_snapshots')),
  );
  assert.equal(buckets.length, 1);
  const bucket = join(keep, buckets[0] ?? '');
  const prefixes = prefixesOf(bucket);
  assert.equal(prefixes.length, 1);
  assert.ok(existsSync(join(bucket, prefixes[0] ?? '', '.complete')));
  assert.ok(checkCompleteExport(bucket, prefixes[0] ?? '') > 1000);
});

test('demo without --keep leaves nothing behind, and with LANG=C it writes ASCII alone', async () => {
  using directory = temporaryDirectory('demo');
  const run = await longshore(['demo'], {
    home: directory.path,
    env: { TMPDIR: directory.path, LANG: 'C', LC_ALL: 'C' },
    timeoutMs: TIMEOUT_MS,
  });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /^[ -~\n]*$/);
  assert.deepEqual(
    readdirSync(directory.path).filter((name) => !name.startsWith('.') && !name.startsWith('node-compile-cache')),
    [],
  );
});
