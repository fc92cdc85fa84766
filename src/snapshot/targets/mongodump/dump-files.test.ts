import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preludeText, versionForTools } from './dump-files.ts';

// mongorestore ends with an error for any other text.
test('the version in a dump is three numbers, or the word that mongorestore takes for an unknown one', () => {
  for (const [given, told] of [
    ['8.0.4', '8.0.4'],
    ['7.0.0-rc1', '7.0.0'],
    ['8.0', 'unknown'],
    ['', 'unknown'],
    ['unknown', 'unknown'],
  ] as const) {
    assert.deepEqual(JSON.parse(preludeText(given)), { ServerVersion: told, ToolVersion: 'longshore' });
  }
  assert.equal(versionForTools('unknown'), undefined);
});
