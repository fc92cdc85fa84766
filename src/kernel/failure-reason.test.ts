import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './errors.ts';
import { failureReason } from './failure-reason.ts';

test('the reason of an expected error has its code, its message as a sentence, and its hint', () => {
  for (const message of ['the disk is full', 'the disk is full.']) {
    const reason = failureReason(new AppError({ code: 'STORE_FULL', message, hint: 'Make room.' }));
    assert.deepEqual(reason, { code: 'STORE_FULL', message: 'the disk is full. Make room.' });
  }
});

test('any other thrown value is a defect, and passwords are removed', () => {
  assert.deepEqual(failureReason(new Error('no answer from mongodb://bob:secret@db.example/')), {
    code: 'UNEXPECTED_ERROR',
    message: 'no answer from mongodb://[redacted]@db.example/.',
  });
  assert.equal(failureReason('gone').message, 'gone.');
});
