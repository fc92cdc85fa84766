import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveSettings } from './config.ts';
import { optionsWithoutEffect, unknownVariables } from './doubtful-options.ts';

test('a variable with a misspelt name is found', () => {
  const names = ['LONGSHORE_MONGODB_HOST', 'LONGSHORE_PORT', 'LONGSHORE_LAUNCHER_PID', 'PATH'];
  assert.deepEqual(unknownVariables(names), ['LONGSHORE_MONGODB_HOST']);
});

test('options of a store that the server does not use are named', () => {
  const s3 = { s3Endpoint: 'http://h', s3Checksum: 'md5', s3Buckets: 'f', gcpServiceAccount: 'a@b' };
  const namesOf = (flags: Parameters<typeof resolveSettings>[0]) => optionsWithoutEffect(resolveSettings(flags, {}));
  assert.deepEqual(namesOf({}), []);
  assert.deepEqual(namesOf(s3), ['--s3-checksum', '--s3-buckets', '--s3-endpoint', '--gcp-service-account']);
  assert.deepEqual(namesOf({ ...s3, aws: 's3', gcp: 'gcs' }), []);
});
