import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';

test('a dry run of a dump counts no documents, because a dump gives no counts', async () => {
  using directory = temporaryDirectory('restore-dry-run');
  const argv = ['restore', SAMPLE_DUMP, '--to-dump', join(directory.path, 'dump'), '--dry-run'];
  const told = await typed([...argv, '--data-dir', directory.path], {});
  assert.equal(told.code, 0, told.err);
  assert.match(told.out, /^Would restore .*:\n/);
  assert.match(told.out, /^ {2}shop\.orders: collection$/m);
  assert.match(told.out, /: view$/m);
  assert.doesNotMatch(told.out, /document/);
  const json = await typed([...argv, '--json', '--data-dir', directory.path], {});
  assert.doesNotMatch(json.out, /"type":"collection"[^}]*"source"/);
});
