import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../kernel/errors.ts';
import { classified } from './errors.ts';

const cases: readonly [systemCode: string, code: string, transient: boolean][] = [
  ['ENOSPC', 'OBJECT_STORE_FULL', true],
  ['EDQUOT', 'OBJECT_STORE_FULL', true],
  ['EACCES', 'OBJECT_STORE_FORBIDDEN', false],
  ['EPERM', 'OBJECT_STORE_FORBIDDEN', false],
  ['EROFS', 'OBJECT_STORE_FORBIDDEN', false],
  ['EEXIST', 'OBJECT_KEY_CONFLICT', false],
  ['ENAMETOOLONG', 'OBJECT_KEY_TOO_LONG', false],
  ['EMFILE', 'OBJECT_STORE_FAILED', true],
  ['EIO', 'OBJECT_STORE_FAILED', true],
  ['EINVAL', 'OBJECT_STORE_FAILED', false],
  ['ENOENT', 'OBJECT_NOT_FOUND', false],
];

test('EIO of a read says that the disk cannot read the object', () => {
  const error = classified('reading', 'a/b', Object.assign(new Error('why'), { code: 'EIO' }));
  assert.ok(error instanceof AppError);
  assert.deepEqual(
    [error.code, error.transient, error.message],
    ['OBJECT_UNREADABLE', true, 'reading of object "a/b" failed: the disk cannot read it'],
  );
});

for (const [systemCode, code, transient] of cases) {
  test(`${systemCode} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, () => {
    const error = classified('writing', 'a/b', Object.assign(new Error('why'), { code: systemCode }));
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.equal(error.transient, transient);
    assert.match(error.message, /"a\/b"/);
  });
}
