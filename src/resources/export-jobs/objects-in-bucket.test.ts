import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { ExportJob } from './model.ts';
import { createWrittenObjects } from './objects-in-bucket.ts';

const JOB: ExportJob = {
  ...{ id: '1'.repeat(24), groupId: '2'.repeat(24), clusterId: '3'.repeat(24), snapshotId: '4'.repeat(24) },
  ...{ exportBucketId: '5'.repeat(24), state: 'Failed', customData: [], prefix: 'exported_snapshots/o/g/c/d/1' },
  ...{ createdAt: 0, finishedAt: 0, exportedCollections: 0, totalCollections: 0, figures: undefined },
  ...{ isClaimed: true, isCompleting: false, reason: undefined },
};

test('a role that may delete and not read removes the objects of an export that has claimed its folder', async () => {
  const store = memoryStore();
  await store.put(`${JOB.prefix}/.claim`, [Buffer.from('{"exportId":"unknown"}')]);
  const unreadable: ObjectStore = {
    ...store,
    compare: () => Promise.reject(new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: 'the role may not read' })),
  };
  const objects = createWrittenObjects({
    requireExportBucket: (groupId, id) =>
      Promise.resolve({
        ...{ id, groupId, roleId: '6'.repeat(24), storeId: undefined, createdAt: 0 },
        ...{ provider: 'AWS', bucketName: 'bucket', requirePrivateNetworking: false, region: 'us-east-1' },
      }),
    openStore: () => Promise.resolve(unreadable),
  });
  const refused = await refusal(objects.remove({ ...JOB, isClaimed: false }));
  assert.match(refused, /EXPORT_OBJECTS_UNREACHABLE/);
  assert.equal(store.objects.size, 1);
  assert.equal(await objects.remove(JOB), 1);
  assert.equal(store.objects.size, 0);
});
