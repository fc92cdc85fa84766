import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataReport } from '../../../app/data/check.ts';
import { requireGood } from './check.ts';

const WRONG_KEY: DataReport = {
  problems: ['a stored secret (x) cannot be decrypted'],
  completedSnapshots: 1,
  missingSnapshots: [],
  pendingMigrations: [],
  encryptionKey: 'wrong',
  repository: {
    readData: false,
    snapshots: 1,
    blocks: 0,
    damagedManifests: [],
    hurtSnapshots: [],
    damagedBlocks: [],
    orphanBlocks: [],
  },
};

test('a wrong key alone is put back, and needs no backup', () => {
  assert.throws(() => requireGood('d', WRONG_KEY), { code: 'ENCRYPTION_KEY_WRONG', hint: /^Put the key back/ });
});

test('a wrong key beside damage is damage', () => {
  const problems = [...WRONG_KEY.problems, 'the database disk image is malformed'];
  assert.throws(() => requireGood('d', { ...WRONG_KEY, problems }), { code: 'DATA_DAMAGED', hint: /backup/ });
});
