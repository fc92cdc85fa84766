import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SecretSearch } from './secret-search.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const value = 'a/planted+secret="1"';
const search = (): SecretSearch => new SecretSearch([{ name: 'planted', value }]);

for (const [what, text] of [
  ['plain text', `before ${value} after`],
  ['percent-encoding', `http://host/?key=${encodeURIComponent(value)}&more`],
  ['JSON', JSON.stringify({ key: value })],
  ['hex', Buffer.from(value).toString('hex')],
  ...['', 'u', 'us', 'user:'].map(
    (before) =>
      [`base64 after ${before.length} bytes`, Buffer.from(`${before}${value} more`).toString('base64')] as const,
  ),
  ['base64url', Buffer.from(`x${value}`).toString('base64url')],
] as const) {
  test(`a secret in ${what} is found`, () => {
    const searching = search();
    searching.text('there', text);
    assert.ok(searching.found.size > 0);
  });
}

test('a secret in a file, in a zipped file and in a name is found, and one in a named file is not', () => {
  using directory = temporaryDirectory('secrets');
  writeFileSync(join(directory.path, 'plain'), value);
  writeFileSync(join(directory.path, 'zipped'), gzipSync(value));
  writeFileSync(join(directory.path, encodeURIComponent(value)), 'x');
  writeFileSync(join(directory.path, 'key'), value);
  const searching = search();
  assert.equal(searching.files(directory.path, ['key']), 3);
  const places = [...searching.found].map((found) => found.split(': ')[1]);
  assert.deepEqual(new Set(places), new Set(['plain', 'zipped, unzipped', 'the name of a file']));
});
