import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { withoutPermission } from './data-directory.ts';

test('a part of the data directory that belongs to another user is named, and the hint gives it to this one', () => {
  const system = Object.assign(new Error("EACCES: permission denied, open '/data/encryption.key'"), { code: 'EACCES' });
  const ofStore = new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: 'opening the bucket failed', cause: system });
  for (const thrown of [system, ofStore]) {
    const error = withoutPermission('/data', thrown);
    assert.equal(error?.code, 'DATA_DIRECTORY_UNUSABLE');
    assert.match(error.message, /the data directory \/data cannot be used: EACCES.*encryption\.key/);
    assert.match(error.hint ?? '', /chown --recursive USER \/data$/);
  }
  assert.equal(withoutPermission('/data', Object.assign(new Error('no space'), { code: 'ENOSPC' })), undefined);
});
