import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serialize } from 'bson';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { exportSnapshot } from '../../src/pipelines/export/index.ts';
import { startLongshore } from '../support/longshore.ts';
import { directoryStore, EXPORT_DEFAULTS, sourceOf } from '../support/pipelines.ts';
import { snapshotOf } from '../support/restore.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** RESTORE_KILLS=50 runs the long form. */
const KILLS = Number(process.env['RESTORE_KILLS'] ?? 6);
const LIMIT = { timeout: 60_000 + KILLS * 60_000 };
/** The kills of a restore before it may end. */
const KILLS_OF_A_RESTORE = 3;

const numbered = (count: number, bytes: number): Uint8Array[] =>
  Array.from({ length: count }, (_, number) => serialize({ _id: number, text: `${number} `.padEnd(bytes, 'x') }));

const COLLECTIONS = [
  {
    database: 'shop',
    name: 'orders',
    documents: numbered(9000, 700),
    indexes: ['{"v":2,"key":{"text":1},"name":"t","unique":true}'],
  },
  { database: 'shop', name: 'items', documents: numbered(500, 100) },
  { database: 'shop', name: 'log', documents: numbered(3000, 900), options: '{"capped":true,"size":10000000}' },
  {
    database: 'weather',
    name: 'measured',
    type: 'timeseries',
    documents: numbered(4000, 600),
    options: '{"timeseries":{"timeField":"at"}}',
  },
] as const;

const directory = temporaryDirectory('restore-kill');
let pool: BlockPool;

before(async () => {
  pool = new BlockPool({ threads: 2 });
  const source = sourceOf(
    COLLECTIONS.map(({ documents, ...info }) => ({ ...info, pieces: () => [Buffer.concat(documents)] })),
  );
  const store = await directoryStore(join(directory.path, 'bucket'));
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot: await snapshotOf(source, pool), store, pool });
});
after(async () => {
  await pool.close();
  directory[Symbol.dispose]();
});

function contentOf({ deployment }: ScriptedMongodb, database: string, name: string): readonly string[] {
  const documents = deployment.history.collection(database, name)?.documents;
  assert.ok(Array.isArray(documents), `there is no ${database}.${name}`);
  return documents.map((document: Uint8Array) => Buffer.from(document).toString('latin1'));
}

function requireEqual(server: ScriptedMongodb, isMeasured: boolean): void {
  for (const { database, name, documents } of COLLECTIONS) {
    if (database === 'weather' && !isMeasured) continue;
    const found = contentOf(server, database, name);
    const expected = documents.map((document) => Buffer.from(document).toString('latin1'));
    // A capped collection keeps the order.
    const isSame =
      name === 'log' ? found.join() === expected.join() : found.toSorted().join() === expected.toSorted().join();
    assert.ok(isSame, `${database}.${name} holds ${found.length} documents of ${expected.length}, or others`);
  }
  const indexes = server.deployment.history.collection('shop', 'orders')?.indexes ?? [];
  assert.deepEqual(
    indexes.map((index) => index['name']),
    ['_id_', 't'],
  );
}

/**
 * Restores, and kills the process at random moments: when the server receives a command that was drawn, before or after it is
 * carried out, or at a random time.
 * @returns the number of kills.
 */
async function restoreWithKills(
  server: ScriptedMongodb,
  command: readonly string[],
  state: string,
  losesRecord: boolean,
): Promise<number> {
  const options = { home: directory.path, env: { TARGET: server.uri } };
  let kills = 0;
  for (;;) {
    const child = startLongshore(command, options);
    const isLast = kills >= KILLS_OF_A_RESTORE;
    let left = randomInt(1, 60);
    const isByTime = randomInt(4) === 0;
    const isCarriedOut = randomInt(2) === 0;
    const timer = isByTime && !isLast ? setTimeout(() => child.child.kill('SIGKILL'), randomInt(300, 2500)) : undefined;
    server.deployment.script = () => {
      if (isLast || isByTime || --left > 0) return undefined;
      child.child.kill('SIGKILL');
      return isCarriedOut ? undefined : { cut: true };
    };
    const ended = await child.finished();
    clearTimeout(timer);
    server.deployment.script = () => undefined;
    if (ended.code === 0) return kills;
    // A process that was killed after the restore was complete has removed its record. The caller looks at the target.
    if (kills > 0 && !existsSync(state) && /holds documents already/.test(ended.stderr)) return kills;
    assert.equal(ended.signal, 'SIGKILL', ended.stderr);
    kills++;
    if (losesRecord) rmSync(state, { force: true });
  }
}

test('a restore that is killed again and again ends with the documents of the source', LIMIT, async () => {
  let kills = 0;
  while (kills < KILLS) {
    // The record is lost in every other restore.
    const losesRecord = kills % 2 === 1;
    await using server = await startScriptedMongodb({ topology: 'standalone', latencyMs: 2 });
    const state = join(directory.path, 'state.json');
    const command = ['restore', join(directory.path, 'bucket'), '--mongodb-uri-env', 'TARGET', '--state', state];
    const further = losesRecord ? ['--if-exists', 'merge', '--exclude', 'weather'] : [];
    kills += await restoreWithKills(server, [...command, ...further], state, losesRecord);
    requireEqual(server, !losesRecord);
    rmSync(state, { force: true });
  }
});
