import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import {
  afterCommit,
  isForeignKeyViolation,
  openSqlite,
  selectPage,
  type Metastore,
  type Transaction,
} from './index.ts';

describe('transactions that wait for the connection', () => {
  let stack: AsyncDisposableStack;
  let metastore: Metastore;
  let other: SqliteDatabase.Database;

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const directory = stack.use(temporaryDirectory('joint-commit'));
    const path = join(directory.path, 'metadata.sqlite');
    metastore = await openSqlite({ path });
    stack.defer(() => metastore.close());
    other = new SqliteDatabase(path, { readonly: true });
    stack.defer(() => void other.close());
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  /** The ids that are committed, because another connection sees them. */
  const committed = (): readonly unknown[] => other.prepare('select id from repositories order by id').pluck().all();

  const insert = async (transaction: Transaction, id: string): Promise<void> => {
    await transaction.insertInto('repositories').values({ id }).execute();
  };
  const inTransaction = async (work: (transaction: Transaction) => Promise<void>): Promise<void> => {
    await metastore.database.transaction().execute(work);
  };
  const write = async (id: string): Promise<void> => {
    await inTransaction((transaction) => insert(transaction, id));
  };
  const writeAndFail = async (id: string): Promise<void> => {
    await inTransaction(async (transaction) => {
      await insert(transaction, id);
      throw new Error('changed my mind');
    });
  };
  const outcomes = async (work: readonly Promise<void>[]): Promise<readonly string[]> =>
    (await Promise.allSettled(work)).map(({ status }) => status);

  test('are committed with the one before, and none ends before the commit', async () => {
    const seen: (readonly unknown[])[] = [];
    const look = async (): Promise<void> => {
      seen.push(committed());
      await Promise.resolve();
    };
    await Promise.all([write('a').then(look), write('b').then(look), inTransaction(look)]);
    assert.deepEqual(seen, [[], ['a', 'b'], ['a', 'b']]);
  });

  test('are rolled back alone, be it the first, one in the middle or the last', async () => {
    const work = [writeAndFail('a'), write('b'), writeAndFail('c'), write('d'), writeAndFail('e')];
    assert.deepEqual(await outcomes(work), ['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected']);
    assert.deepEqual(committed(), ['b', 'd']);
    await write('f');
    assert.deepEqual(committed(), ['b', 'd', 'f']);
  });

  test('are committed before a statement outside a transaction, because it must not see what may be taken back', async () => {
    const first = write('a');
    const reading = metastore.database.selectFrom('repositories').select('id').execute();
    const later = inTransaction(async (transaction) => {
      assert.deepEqual(committed(), ['a']);
      await insert(transaction, 'b');
    });
    assert.deepEqual(await reading, [{ id: 'a' }]);
    await Promise.all([first, later]);
    assert.deepEqual(committed(), ['a', 'b']);
  });

  test('are committed 100 at a time, because the first one must not wait for all that come', async () => {
    const seen: number[] = [];
    const writeAndLook = async (_: unknown, index: number): Promise<void> => {
      await inTransaction(async (transaction) => {
        seen.push(committed().length);
        await insert(transaction, String(index));
      });
    };
    await Promise.all(Array.from({ length: 250 }, writeAndLook));
    assert.deepEqual(
      seen,
      Array.from({ length: 250 }, (_, index) => index - (index % 100)),
    );
    assert.equal(committed().length, 250);
  });

  test('all fail if their commit fails, and later ones are made', async () => {
    const hooks: string[] = [];
    const work = [
      inTransaction(async (transaction) => {
        await afterCommit(transaction, () => hooks.push('a'));
        await insert(transaction, 'a');
      }),
      inTransaction(async (transaction) => {
        await sql`pragma defer_foreign_keys = on`.execute(transaction);
        const project = { id: 'project', org_id: 'nowhere', name: 'project', created_at: 1 };
        await transaction.insertInto('projects').values(project).execute();
      }),
    ];
    for (const each of work) await assert.rejects(each, isForeignKeyViolation);
    await write('b');
    assert.deepEqual([committed(), hooks], [['b'], []]);
  });

  test('and were counted before their commit failed are not counted afterwards', async () => {
    const { database } = metastore;
    const all = database.selectFrom('repositories').select('id');
    const count = async () => (await selectPage(database, all, { offset: 0, itemsPerPage: 1 }, () => [])).totalCount;
    const writing = write('a');
    const counting = count();
    const failing = inTransaction(async (transaction) => {
      await sql`pragma defer_foreign_keys = on`.execute(transaction);
      const project = { id: 'project', org_id: 'nowhere', name: 'project', created_at: 1 };
      await transaction.insertInto('projects').values(project).execute();
    });
    assert.deepEqual(await outcomes([writing, counting.then(() => undefined), failing]), [
      'rejected',
      'rejected',
      'rejected',
    ]);
    assert.equal(await count(), 0);
  });

  test('all fail with the error after which SQLite itself rolls everything back', async () => {
    // The file becomes no smaller than it is.
    await sql`pragma max_page_count = 1`.execute(metastore.database);
    const work = [write('a'), write('b'.repeat(100_000)), write('c')];
    const [first, second, third] = work;
    await assert.rejects(first ?? setImmediate(), { code: 'DATABASE_FULL', transient: true });
    await assert.rejects(second ?? setImmediate(), { code: 'DATABASE_FULL', transient: true });
    await third;
    assert.deepEqual(committed(), ['c']);
  });
});
