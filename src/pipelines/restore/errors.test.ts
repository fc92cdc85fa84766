import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ambiguousSource } from './errors.ts';

test('the exports among which a user has to choose are named by addresses that can be given as they are', () => {
  const PREFIXES = ['exported_snapshots/a/1', 'exported_snapshots/a/2'];
  const hintOf = (address: string, place: string): string | undefined => ambiguousSource(address, place, PREFIXES).hint;
  assert.equal(
    hintOf('./buckets/nightly/', 'exported_snapshots/'),
    'Name one of them: ./buckets/nightly/exported_snapshots/a/2, ./buckets/nightly/exported_snapshots/a/1',
  );
  assert.equal(
    hintOf('s3://nightly/exported_snapshots/a', 'exported_snapshots/a/'),
    'Name one of them: s3://nightly/exported_snapshots/a/2, s3://nightly/exported_snapshots/a/1',
  );
  assert.match(hintOf('nightly', '') ?? '', / nightly\/exported_snapshots\/a\/2,/);
});
