import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../test/support/memory-store.ts';
import { writeOnlyStore } from '../../test/support/write-only-store.ts';
import { AppError } from '../kernel/errors.ts';
import type { ObjectStore } from './contract.ts';
import { validateBucket, type BucketValidation } from './validate.ts';

const validate = (store: ObjectStore, timeoutMs = 60_000): Promise<BucketValidation> =>
  validateBucket(() => Promise.resolve(store), 'exported_snapshots/', { timeoutMs });

const outcomes = ({ checks }: BucketValidation): string[] =>
  checks.map(({ ability, outcome }) => `${ability} ${outcome}`);

const refusal = (): Promise<never> =>
  Promise.reject(
    new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: 'it is not permitted', hint: 'Allow s3:PutObject on it.' }),
  );

test('a role that may only write is enough, and the objects that it leaves are named', async () => {
  const memory = memoryStore();
  const validation = await validate(writeOnlyStore(memory));
  assert.deepEqual(outcomes(validation), [
    'open passed',
    'write passed',
    'unusualKeys passed',
    'lookUp refused',
    'read refused',
    'list refused',
    'replace passed',
    'delete refused',
  ]);
  assert.equal(validation.usable, true);
  assert.deepEqual([...validation.leftObjects].sort(), [...memory.objects.keys()].sort());
  for (const key of validation.leftObjects) assert.match(key, /^exported_snapshots\/\.validation-[0-9a-f]{16}-./);
});

test('a role that may not write is not enough, and the message has the hint', async () => {
  const validation = await validate({ ...memoryStore(), put: refusal });
  assert.equal(validation.usable, false);
  const [, write, ...others] = validation.checks;
  assert.deepEqual(write, {
    ability: 'write',
    required: true,
    outcome: 'refused',
    errorCode: 'OBJECT_STORE_FORBIDDEN',
    message: 'it is not permitted. Allow s3:PutObject on it.',
    consequence: 'Nothing can be exported to the bucket.',
  });
  assert.ok(others.every(({ outcome }) => outcome === 'skipped'));
});

test('a bucket whose objects cannot be replaced is not usable', async () => {
  const store = memoryStore();
  const validation = await validate({
    ...store,
    put: (key, body, options) => (store.objects.has(key) ? refusal() : store.put(key, body, options)),
  });
  assert.deepEqual(
    [validation.usable, validation.checks.find(({ outcome }) => outcome !== 'passed')?.ability],
    [false, 'replace'],
  );
});

test('a store that changes, loses or misorders objects is found out', async () => {
  const store = memoryStore();
  const cut: ObjectStore = {
    ...store,
    put: (key, body, options) => store.put(key, body, options).then(damage(store, key)),
  };
  assert.match(outcomes(await validate(cut)).join(), /lookUp failed,read failed,list passed/);
  const loses: ObjectStore = { ...store, list: () => nothing() };
  assert.match(outcomes(await validate(loses)).join(), /read passed,list failed/);
});

const damage =
  (store: ReturnType<typeof memoryStore>, key: string) =>
  <Written>(written: Written): Written => {
    store.objects.set(key, new Uint8Array(1));
    return written;
  };

async function* nothing(): AsyncGenerator<never> {
  yield* await Promise.resolve([]);
}

test('a bucket that cannot be opened is not usable; a defect is thrown', async () => {
  const gone = new AppError({ code: 'OBJECT_STORE_GONE', message: 'the directory is gone' });
  const validation = await validateBucket(() => Promise.reject(gone), '', { timeoutMs: 60_000 });
  assert.deepEqual(validation.checks[0]?.errorCode, 'OBJECT_STORE_GONE');
  assert.equal(validation.usable, false);
  const defect = new TypeError('undefined is no function');
  await assert.rejects(
    validateBucket(() => Promise.reject(defect), '', { timeoutMs: 60_000 }),
    defect,
  );
});

test('a bucket that does not answer ends the trials at the deadline, and a caller that gives up ends them at once', async () => {
  const silent: ObjectStore = {
    ...memoryStore(),
    put: (_key, _body, { signal } = {}) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
  };
  const validation = await validate(silent, 1);
  assert.deepEqual(validation.checks[1]?.errorCode, 'OBJECT_STORE_NO_ANSWER');
  const reason = new Error('stop');
  const options = { timeoutMs: 60_000, signal: AbortSignal.abort(reason) };
  await assert.rejects(
    validateBucket(() => Promise.resolve(memoryStore()), '', options),
    reason,
  );
});
