import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serialize } from 'bson';
import { memoryStore } from '../support/memory-store.ts';
import { EXPORT_DEFAULTS } from '../support/pipelines.ts';
import { ferretdbFound, startFerretdb } from '../support/ferretdb.ts';
import { restoreInto, snapshotOfDeployment } from '../support/restore.ts';
import { startScriptedMongodb, type ScriptedDatabases } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { typesCollections } from '../../scripts/sample/types.ts';
import { exportSnapshot } from '../../src/pipelines/export/index.ts';
import {
  openExportSource,
  restoreSourceOfSnapshot,
  type RestoreReport,
  type RestoreSource,
} from '../../src/pipelines/restore/index.ts';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import type { Snapshot } from '../../src/snapshot/repository/index.ts';
import { openMongodbSource } from '../../src/snapshot/sources/index.ts';

const { signal } = new AbortController();
const ID_INDEX = { v: 2, key: { _id: 1 }, name: '_id_' };

let pool: BlockPool;
before(() => {
  pool = new BlockPool({ threads: 2 });
});
after(() => pool.close());

/** Every BSON type, without the one document that Extended JSON cannot say. */
const TYPES = (typesCollections()[0]?.documents ?? []).filter(
  (document) => !Buffer.from(document).toString('latin1').includes('object, dollar keys'),
);
const some = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, _id) => serialize({ _id, text: `${_id}` }));
const LARGEST = 16 * 1024 * 1024;
const NAMES = [
  'größe · 数据 🚢',
  'with.some.dots',
  'a$b',
  ' two  spaces ',
  'Orders',
  'orders',
  'ORDERS',
  '%25',
  'a/b\\c',
  '"quoted"',
  'n'.repeat(253),
];

const AWKWARD: ScriptedDatabases = {
  n: Object.fromEntries(NAMES.map((name, index) => [name, { documents: some(index + 1) }])),
  large: { largest: { documents: [serialize({ _id: 1, text: 'x'.repeat(LARGEST - 33) })] } },
  types: {
    every_type: { documents: TYPES, indexes: [ID_INDEX, { v: 2, key: { value: 1 }, name: 'value_1', sparse: true }] },
  },
  weather: {
    measured: {
      type: 'timeseries',
      documents: some(1000),
      options: {
        timeseries: { timeField: 'at', metaField: 'where', granularity: 'minutes', bucketMaxSpanSeconds: 86_400 },
      },
    },
  },
  views: {
    base: { documents: some(3), options: { validator: { text: { $type: 'string' } }, validationLevel: 'moderate' } },
    a: { type: 'view', options: { viewOn: 'b', pipeline: [{ $match: { _id: { $gt: 0 } } }] } },
    b: { type: 'view', options: { viewOn: 'c', pipeline: [], collation: { locale: 'de' } } },
    c: { type: 'view', options: { viewOn: 'base', pipeline: [{ $lookup: { from: 'base', as: 'x', pipeline: [] } }] } },
  },
};

const MANY: ScriptedDatabases = {
  many: Object.fromEntries(
    Array.from({ length: 1000 }, (_, number) => [
      `collection_${number}`,
      { documents: some(number % 5), indexes: [ID_INDEX, { v: 2, key: { text: 1 }, name: 'text_1' }] },
    ]),
  ),
};

/** All of a deployment, to be compared. */
async function contentOf(
  uri: string,
  isWanted: (type: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const source = await openMongodbSource(uri);
  const content = new Map<string, string>();
  try {
    for (const collection of source.collections) {
      const { database, name, type, options, indexes } = collection;
      if (!isWanted(type) || name.startsWith('system.')) continue;
      const documents: string[] = [];
      for await (const piece of collection.documents(signal)) documents.push(Buffer.from(piece).toString('latin1'));
      content.set(`${database}.${name}`, JSON.stringify([type, options, indexes, documents.join('')]));
    }
  } finally {
    await source.close();
  }
  return content;
}

async function into(server: { readonly uri: string }, source: RestoreSource): Promise<RestoreReport> {
  const report = await restoreInto(server, { source, pool });
  assert.deepEqual(report.problems, []);
  return report;
}

async function exported(snapshot: Snapshot): Promise<RestoreSource> {
  const store = memoryStore();
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
  return await openExportSource({ store, prefix: EXPORT_DEFAULTS.prefix, address: 'memory', signal });
}

function requireSame(found: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): void {
  assert.deepEqual([...found.keys()], [...expected.keys()]);
  // Not with deepEqual of the maps, which would show megabytes.
  for (const [name, content] of expected) assert.ok(found.get(name) === content, `${name} differs`);
}

test('awkward collections come back from a snapshot, document by document', { timeout: 300_000 }, async () => {
  await using origin = await startScriptedMongodb({ topology: 'replicaSet', databases: AWKWARD });
  await using empty = await startScriptedMongodb({ topology: 'replicaSet' });
  await into(empty, restoreSourceOfSnapshot(await snapshotOfDeployment(origin.uri, pool)));
  requireSame(await contentOf(empty.uri), await contentOf(origin.uri));
});

for (const [what, databases] of [
  ['awkward collections', AWKWARD],
  ['1,000 collections', MANY],
] as const) {
  test(`${what} come back from an export, document by document`, { timeout: 300_000 }, async () => {
    await using origin = await startScriptedMongodb({ topology: 'replicaSet', databases });
    await using empty = await startScriptedMongodb({ topology: 'replicaSet' });
    const report = await into(empty, await exported(await snapshotOfDeployment(origin.uri, pool)));
    requireSame(await contentOf(empty.uri), await contentOf(origin.uri, (type) => type !== 'view'));
    assert.ok(report.collections.every(({ proof }) => proof === 'equal'));
  });
}

test('what FerretDB can hold comes back from it and to it', skipUnless('mongodb', ferretdbFound()), async () => {
  const ferretdb = await startFerretdb();
  try {
    await using origin = await startScriptedMongodb({
      databases: {
        shop: {
          orders: {
            documents: some(2000),
            indexes: [ID_INDEX, { v: 2, key: { text: -1 }, name: 'text_-1', unique: true }],
          },
          'größe.mit.punkten': { documents: some(3) },
          log: { documents: some(5), options: { capped: true, size: 65_536 } },
        },
      },
    });
    await into(ferretdb, restoreSourceOfSnapshot(await snapshotOfDeployment(origin.uri, pool)));
    const snapshot = await snapshotOfDeployment(ferretdb.uri, pool);
    await using again = await startScriptedMongodb();
    const report = await into(again, await exported(snapshot));
    assert.equal(report.documents, 2008);
    const indexes = again.deployment.history.collection('shop', 'orders')?.indexes ?? [];
    assert.deepEqual(
      indexes.map(({ name }) => name),
      ['_id_', 'text_-1'],
    );
    for (const name of ['orders', 'größe.mit.punkten', 'log']) {
      const [found, expected] = [again, origin].map(
        ({ deployment }) => deployment.history.collection('shop', name)?.documents,
      );
      assert.ok(Array.isArray(found) && Array.isArray(expected));
      const sorted = (documents: readonly Uint8Array[]) =>
        documents.map((each) => Buffer.from(each).toString('hex')).sort();
      assert.deepEqual(sorted(found as readonly Uint8Array[]), sorted(expected as readonly Uint8Array[]));
    }
  } finally {
    await ferretdb.stop();
  }
});
