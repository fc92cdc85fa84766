import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { afterCommit, openSqlite, type Metastore } from './index.ts';

/** Syncs of the log that end when the test says so. */
class HeldSyncs {
  readonly held: PromiseWithResolvers<undefined>[] = [];
  #isHeld = false;

  readonly sync = async (): Promise<void> => {
    if (!this.#isHeld) return;
    const syncing = Promise.withResolvers<undefined>();
    this.held.push(syncing);
    await syncing.promise;
  };

  hold(): void {
    this.#isHeld = true;
  }

  letGo(): void {
    this.#isHeld = false;
    for (const { resolve } of this.held) resolve(undefined);
  }

  /** Ends when so many syncs have begun. */
  async begun(count: number): Promise<void> {
    while (this.held.length < count) await setImmediate();
  }
}

const organization = (id: string) => ({ id, name: 'org', created_at: 1 });

async function insert({ database }: Metastore, id: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction.insertInto('organizations').values(organization(id)).execute();
  });
}

async function ids({ database }: Metastore): Promise<readonly string[]> {
  return (await database.selectFrom('organizations').select('id').orderBy('id').execute()).map(({ id }) => id);
}

async function opened(path: string, syncFile: () => Promise<void>): Promise<Metastore> {
  return await openSqlite({ path: join(path, 'metadata.sqlite'), syncFile });
}

test('a transaction and its hooks wait for the disk, and reading does not', async () => {
  using directory = temporaryDirectory('log-sync');
  const syncs = new HeldSyncs();
  const metastore = await opened(directory.path, syncs.sync);
  syncs.hold();
  const events: string[] = [];
  const writing = metastore.database.transaction().execute(async (transaction) => {
    await afterCommit(transaction, () => events.push('hook'));
    await transaction.insertInto('organizations').values(organization('a')).execute();
  });
  await syncs.begun(1);
  assert.deepEqual(await ids(metastore), ['a']);
  assert.deepEqual(events, []);
  syncs.letGo();
  await writing;
  assert.deepEqual(events, ['hook']);
  await metastore.close();
});

test('a statement outside a transaction waits for the disk, also if it returns rows', async () => {
  using directory = temporaryDirectory('log-sync');
  const syncs = new HeldSyncs();
  const metastore = await opened(directory.path, syncs.sync);
  syncs.hold();
  let done = false;
  const writing = metastore.database
    .insertInto('organizations')
    .values(organization('a'))
    .returning('id')
    .execute()
    .finally(() => (done = true));
  await syncs.begun(1);
  await setImmediate();
  assert.equal(done, false);
  syncs.letGo();
  assert.deepEqual(await writing, [{ id: 'a' }]);
  await metastore.close();
});

test('transactions that are written during a sync share the next one, which begins after it', async () => {
  using directory = temporaryDirectory('log-sync');
  const syncs = new HeldSyncs();
  const metastore = await opened(directory.path, syncs.sync);
  syncs.hold();
  const first = insert(metastore, 'a');
  await syncs.begun(1);
  const others = ['b', 'c', 'd'].map((id) => insert(metastore, id));
  while ((await ids(metastore)).length < 4) await setImmediate();
  assert.equal(syncs.held.length, 1);
  syncs.held[0]?.resolve(undefined);
  await first;
  await syncs.begun(2);
  syncs.letGo();
  await Promise.all(others);
  assert.equal(syncs.held.length, 2);
  await metastore.close();
});

test('a transaction that only reads does not sync', async () => {
  using directory = temporaryDirectory('log-sync');
  let syncs = 0;
  const metastore = await opened(directory.path, async () => {
    syncs++;
    await Promise.resolve();
  });
  const before = syncs;
  await metastore.database
    .transaction()
    .execute(async (transaction) => await transaction.selectFrom('organizations').selectAll().execute());
  assert.equal(syncs, before);
  await metastore.close();
});

test('a failed sync fails its transactions, and the next ones are safe because the log is emptied first', async () => {
  using directory = temporaryDirectory('log-sync');
  let failure: Error | undefined;
  let syncs = 0;
  const metastore = await opened(directory.path, async () => {
    await setImmediate();
    syncs++;
    if (failure !== undefined) throw failure;
  });
  failure = Object.assign(new Error('i/o error, fdatasync'), { code: 'EIO' });
  const announced: string[] = [];
  const failing = metastore.database.transaction().execute(async (transaction) => {
    await afterCommit(transaction, () => announced.push('a'));
    await transaction.insertInto('organizations').values(organization('a')).execute();
  });
  // This one is open while the first one fails, and must not be rolled back with it. It begins when the first one is committed.
  assert.deepEqual(await ids(metastore), ['a']);
  const beside = metastore.database.transaction().execute(async (transaction) => {
    await transaction.insertInto('organizations').values(organization('b')).execute();
    await failing.catch(() => undefined);
    failure = undefined;
  });
  await assert.rejects(failing, { code: 'DATABASE_DISK_FAILED', transient: true });
  await beside;
  assert.equal(statSync(join(directory.path, 'metadata.sqlite-wal')).size, 0);
  const before = syncs;
  await insert(metastore, 'c');
  assert.equal(syncs, before + 1, 'the log is synced again');
  assert.deepEqual(announced, []);
  assert.deepEqual(await ids(metastore), ['a', 'b', 'c']);
  await metastore.close();
});

for (const [code, expected] of [
  ['ENOSPC', 'DATABASE_FULL'],
  ['EDQUOT', 'DATABASE_FULL'],
  ['EROFS', 'DATABASE_READ_ONLY'],
]) {
  test(`a sync that ends with ${code ?? ''} is ${expected ?? ''}`, async () => {
    using directory = temporaryDirectory('log-sync');
    let fails = false;
    const metastore = await opened(directory.path, () =>
      fails ? Promise.reject(Object.assign(new Error('sync'), { code })) : Promise.resolve(),
    );
    fails = true;
    await assert.rejects(insert(metastore, 'a'), { code: expected, transient: true });
    await metastore.close();
  });
}
