import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { AppError, codeOf } from './errors.ts';

test('a code is that of the system or of an AppError', () => {
  assert.equal(codeOf(Object.assign(new Error('missing'), { code: 'ENOENT', errno: -2 })), 'ENOENT');
  assert.equal(codeOf(new AppError({ code: 'DISK_ON_FIRE', message: 'hot' })), 'DISK_ON_FIRE');
  for (const other of [new Error('plain'), Object.assign(new Error('number'), { code: 7 }), 'text', undefined]) {
    assert.equal(codeOf(other), undefined);
  }
});

test('a used-up quota has a name, although Node.js gives none', () => {
  const errno = -constants.errno.EDQUOT;
  for (const code of ['UNKNOWN', `Unknown system error ${errno}`]) {
    assert.equal(codeOf(Object.assign(new Error('unknown error, write'), { code, errno })), 'EDQUOT');
  }
});
