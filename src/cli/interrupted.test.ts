import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { continues, withAftermath } from './interrupted.ts';

const JOB = continues(
  { chosenBy: {} },
  'export',
  { clusterName: 'Cluster0', id: '66b5' },
  { 'export watch': 'waits', 'export cancel': 'cancels it' },
);

test('a stopped command says what continues, and how to follow and to cancel it', () => {
  const stopped = withAftermath(new AppError({ code: 'INTERRUPTED', message: 'stopped by SIGINT' }), JOB);
  assert.ok(stopped instanceof AppError);
  assert.deepEqual(
    [stopped.code, stopped.message, stopped.hint],
    [
      'INTERRUPTED',
      'stopped by SIGINT; the export 66b5 of Cluster0 continues on the server',
      '`longshore export watch Cluster0 66b5` waits, and `longshore export cancel Cluster0 66b5` cancels it.',
    ],
  );
});

test('another error stays as it is', () => {
  const other = new AppError({ code: 'SERVER_UNREACHABLE', message: 'away' });
  assert.equal(withAftermath(other, JOB), other);
});
