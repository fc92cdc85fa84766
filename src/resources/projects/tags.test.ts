import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../http/index.ts';
import { requireValidTags } from './tags.ts';

function faultOf(...tags: readonly (readonly [key: string, value: string])[]): string {
  try {
    requireValidTags(tags.map(([key, value]) => ({ key, value })));
    return '';
  } catch (thrown) {
    assert.ok(thrown instanceof ApiError);
    return `${thrown.code}: ${thrown.message}`;
  }
}

test('the characters that Atlas documents are taken, also beyond ASCII', () => {
  assert.equal(faultOf(['team;a@b_c-d.e+f 1', 'Zürich']), '');
  assert.equal(faultOf(['k'.repeat(255), 'v'.repeat(255)]), '');
});

test('a wrong tag is refused by its place, with the words that Terraform expects', () => {
  const characters =
    'contains invalid characters. Allowable characters include letters, numbers, spaces and ; @ _ - . +.';
  const place = (name: string) => `INVALID_ATTRIBUTE: Invalid attribute tags[1].${name} specified: the tag ${name}`;
  assert.equal(faultOf(['a', 'b'], ['c', 'test/test']), `${place('value')} test/test ${characters}`);
  assert.equal(faultOf(['a', 'b'], ['c:d', 'e']), `${place('key')} c:d ${characters}`);
  const tooLong = 'exceeded the maximum allowed length of 255 characters.';
  assert.equal(faultOf(['a', 'b'], ['c', 'v'.repeat(256)]), `${place('value')} ${tooLong}`);
  assert.match(faultOf(['a', 'b'], ['a', 'c']), /tags\[1\]\.key specified: there are two tags with the key a\.$/);
});
