import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { afterCommit, describeChange, openSqlite, recordingChange, type Metastore, type Transaction } from './index.ts';

describe('recorded changes', () => {
  let metastore: Metastore;
  let records: string[];

  beforeEach(async () => {
    metastore = await openSqlite({ path: ':memory:' });
    records = [];
  });
  afterEach(async () => {
    await metastore.close();
  });

  const insert = async (transaction: Transaction, id: string): Promise<void> => {
    await transaction.insertInto('repositories').values({ id }).execute();
  };
  const ids = async (): Promise<string[]> =>
    (await metastore.database.selectFrom('repositories').select('id').orderBy('id').execute()).map(({ id }) => id);
  const write = async (id: string): Promise<void> => {
    await metastore.database.transaction().execute((transaction) => insert(transaction, id));
  };
  /** Records each change as a row, so that a test sees whether row and change are stored together. */
  const recording = <T>(work: () => Promise<T>): Promise<T> =>
    recordingChange(async (transaction, details) => {
      records.push(JSON.stringify(details));
      await insert(transaction, `record ${records.length}`);
    }, work);

  test('a database with a further plugin records changes, too', async () => {
    const plugged = metastore.database.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: ({ result }) => Promise.resolve(result),
    });
    await recording(() => plugged.transaction().execute((transaction) => insert(transaction, 'a')));
    assert.deepEqual(await ids(), ['a', 'record 1']);
  });

  test('the first transaction that writes stores the record with the facts of the change', async () => {
    await recording(async () => {
      await metastore.database
        .transaction()
        .execute((transaction) => transaction.selectFrom('jobs').select('id').execute());
      await metastore.database.transaction().execute(async (transaction) => {
        describeChange({ id: 'a' });
        await insert(transaction, 'a');
      });
      await write('b');
    });
    assert.deepEqual(await ids(), ['a', 'b', 'record 1']);
    assert.deepEqual(records, ['{"id":"a"}']);
  });

  test('a transaction that is rolled back stores neither, and its repetition stores both', async () => {
    await recording(async () => {
      const failing = metastore.database.transaction().execute(async (transaction) => {
        await insert(transaction, 'a');
        throw new Error('rolled back');
      });
      await assert.rejects(failing, /rolled back/);
      assert.deepEqual(await ids(), []);
      await write('a');
    });
    assert.deepEqual(await ids(), ['a', 'record 1']);
  });

  test('a change whose record cannot be stored is not made', async () => {
    const failing = recordingChange(
      () => Promise.reject(new Error('no record')),
      async () => await write('a'),
    );
    await assert.rejects(failing, /no record/);
    assert.deepEqual(await ids(), []);
  });

  test('work that writes nothing records nothing, and outside of a change nothing is recorded', async () => {
    await recording(async () => await ids());
    await write('a');
    describeChange({ ignored: 'here' });
    assert.deepEqual([await ids(), records], [['a'], []]);
  });

  test('changes at the same time have their own records', async () => {
    await Promise.all(
      ['a', 'b', 'c'].map(async (id) => {
        await recording(async () => {
          await metastore.database.transaction().execute(async (transaction) => {
            describeChange({ id });
            await insert(transaction, id);
          });
        });
      }),
    );
    assert.deepEqual(records.toSorted(), ['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']);
  });

  test('what a commit wakes is no part of the change', async () => {
    let woken = Promise.resolve();
    await recording(async () => {
      await metastore.database.transaction().execute(async (transaction) => {
        await insert(transaction, 'a');
        await afterCommit(transaction, () => {
          woken = write('b');
        });
      });
    });
    await woken;
    assert.deepEqual(await ids(), ['a', 'b', 'record 1']);
  });

  test('a change outside a transaction is a defect', async () => {
    const writing = recording(() => metastore.database.insertInto('repositories').values({ id: 'a' }).execute());
    await assert.rejects(writing, /must be written in a transaction/);
    assert.deepEqual(await ids(), []);
  });
});
