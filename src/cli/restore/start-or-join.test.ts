import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { startOrJoin } from './start-or-join.ts';

const GROUP_ID = 'a'.repeat(24);
const OTHER_ID = 'b'.repeat(24);
const BUCKET_ID = 'c'.repeat(24);

const CLUSTER = { id: 'd'.repeat(24), name: 'target', backup: '/clusters/target/backup' };
const IN_USE = new AppError({ code: 'RESTORE_TARGET_IN_USE', message: 'in use' });

/** Asks for a restore while the cluster has one unfinished job. @returns the id of the job that is joined; undefined: none is. */
async function joined(job: JsonObject, body: JsonObject): Promise<string | undefined> {
  const client = {
    request: () => Promise.reject(IN_USE),
    list: <Item>(read: (value: unknown) => Item): Promise<Item[]> =>
      Promise.resolve([read({ id: 'job', deliveryType: 'automated', ...job })]),
  };
  const session = { client, groupId: GROUP_ID, extensionPath: (rest: string) => rest };
  try {
    return await startOrJoin(session, CLUSTER, body, { note: () => undefined });
  } catch (thrown) {
    assert.equal(thrown, IN_USE);
    return undefined;
  }
}

const EXPORT = { address: 'bucket/one', allowIncomplete: false, exportBucketId: BUCKET_ID, groupId: GROUP_ID };
const ADDRESS = { address: 'bucket/one' };

for (const [name, source, wanted] of [
  ['the snapshot', { snapshotId: '1' }, { snapshotId: '1' }],
  ['the export', EXPORT, ADDRESS],
  ['the export of another project', { ...EXPORT, groupId: OTHER_ID }, { ...ADDRESS, groupId: OTHER_ID }],
  ['the unfinished export', { ...EXPORT, allowIncomplete: true }, { ...ADDRESS, allowIncomplete: true }],
  ['the dump', { address: '/dump' }, { address: '/dump' }],
  ['the dump, in the words of an export', { address: '/dump' }, { address: '/dump', allowIncomplete: true }],
] as const) {
  test(`a restore of ${name} joins its own job`, async () => {
    assert.equal(await joined({ ifExists: 'drop', source }, { ifExists: 'drop', source: wanted }), 'job');
  });
}

for (const [name, source, wanted] of [
  ['another snapshot', { snapshotId: '1' }, { snapshotId: '2' }],
  ['a snapshot', { snapshotId: '1' }, ADDRESS],
  ['another address', { ...EXPORT, address: 'bucket/two' }, ADDRESS],
  ['a bucket of another project', { ...EXPORT, groupId: OTHER_ID }, ADDRESS],
  ['a bucket of this project', EXPORT, { ...ADDRESS, groupId: OTHER_ID }],
  ['an export that may be unfinished', { ...EXPORT, allowIncomplete: true }, ADDRESS],
  ['an export that must be finished', EXPORT, { ...ADDRESS, allowIncomplete: true }],
] as const) {
  test(`a restore does not join a job that reads ${name}`, async () => {
    assert.equal(await joined({ source }, { source: wanted }), undefined);
  });
}

test('a restore to a moment joins a job of a snapshot, and none of a dump', async () => {
  const moment = { oplogTs: 1_786_332_505, oplogInc: 1 };
  assert.equal(await joined({ ...moment, source: { snapshotId: '1' } }, moment), 'job');
  assert.equal(await joined({ ...moment, source: { address: '/dump' } }, moment), undefined);
});

test('a restore does not join a job that has ended, or a download', async () => {
  const source = { snapshotId: '1' };
  assert.equal(await joined({ source, finishedAt: '2026-08-10T03:44:52Z' }, { source }), undefined);
  assert.equal(await joined({ source, deliveryType: 'download' }, { source }), undefined);
});

test('a restore does not join a job with another choice or another target', async () => {
  const source = { snapshotId: '1' };
  assert.equal(await joined({ source, ifExists: 'drop' }, { source, ifExists: 'merge' }), undefined);
  assert.equal(await joined({ source, include: ['a'] }, { source }), undefined);
  assert.equal(await joined({ source, targetGroupId: OTHER_ID }, { source, targetGroupId: GROUP_ID }), undefined);
});
