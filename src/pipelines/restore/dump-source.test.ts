import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BSON, Timestamp } from 'bson';
import { writeMongodump } from '../../../test/support/mongodump.ts';
import { sourceOf } from '../../../test/support/pipelines.ts';
import { startScriptedMongodb } from '../../../test/support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { openMongodumpSource } from '../../snapshot/sources/index.ts';
import { openDumpTarget, openMongodbTarget } from '../../snapshot/targets/index.ts';
import { BlockPool } from '../threads/index.ts';
import { restoreSourceOfDump } from './dump-source.ts';
import { restore } from './restore.ts';

const { signal } = new AbortController();
const clock = { now: () => Date.now() };
const FACTS = { description: 'the dump', identity: 'dump' };

let pool: BlockPool;
before(() => {
  pool = new BlockPool({ threads: 2 });
});
after(() => pool.close());

const documents = Array.from({ length: 12_000 }, (_, number) => ({ _id: number, text: `${number} `.padEnd(900, 'x') }));

test('a dump is restored as a dump byte for byte, with its oplog and its views', async () => {
  using directory = temporaryDirectory('dump-source');
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, {
    shop: {
      'orders & co': { documents, options: { capped: true, size: 1e8 } },
      empty: { documents: [] },
      zipped: { documents: [{ _id: 1 }], gzip: true },
      view: { documents: [], type: 'view', options: { viewOn: 'empty', pipeline: [] } },
    },
  });
  const oplog = Buffer.concat([1, 2].map((i) => BSON.serialize({ ts: new Timestamp({ t: 100, i }), op: 'n' })));
  writeFileSync(join(dump, 'oplog.bson'), oplog);
  const source = restoreSourceOfDump(await openMongodumpSource(dump), FACTS);
  assert.deepEqual(await source.oplog?.window(signal), {
    first: { seconds: 100, increment: 1 },
    last: { seconds: 100, increment: 2 },
  });
  const written = join(directory.path, 'written');
  const target = await openDumpTarget(written, { mongodbVersion: '8.0.4' });
  const report = await restore({ source, target, pool, clock, signal });
  await target.close();
  assert.deepEqual(report.leftOut, []);
  assert.ok(readFileSync(join(written, 'oplog.bson')).equals(oplog));
  assert.deepEqual(
    readdirSync(join(written, 'shop')),
    readdirSync(join(dump, 'shop')).map((name) => name.replace('.gz', '')),
  );
  for (const name of ['orders+%26+co.bson', 'empty.bson']) {
    assert.ok(readFileSync(join(written, 'shop', name)).equals(readFileSync(join(dump, 'shop', name))), name);
  }
  assert.deepEqual(BSON.deserialize(readFileSync(join(written, 'shop', 'zipped.bson'))), { _id: 1 });
});

test('the entries of an oplog are its own, also beside a collection with its name', async () => {
  const oplogOf = (document: BSON.Document) =>
    sourceOf([{ database: 'local', name: 'oplog.rs', pieces: () => [BSON.serialize(document)] }]);
  const [oplog = assert.fail()] = oplogOf({ op: 'n' }).collections;
  const source = restoreSourceOfDump({ ...oplogOf({ op: 'other' }), oplog }, FACTS);
  const read: BSON.Document[] = [];
  for await (const { bson } of source.oplog?.entries.blocks(0, { pool, signal }) ?? [])
    read.push(BSON.deserialize(bson));
  assert.deepEqual(read, [{ op: 'n' }]);
});

test('a time series of a dump is not restored over what the target holds of it', async () => {
  using directory = temporaryDirectory('dump-series');
  await using server = await startScriptedMongodb();
  const series = { options: { timeseries: { timeField: 'at' } }, documents: [{ _id: 1 }] };
  writeMongodump(directory.path, { weather: { temperatures: { type: 'timeseries', ...series } } });
  const source = restoreSourceOfDump(await openMongodumpSource(directory.path), FACTS);
  const target = await openMongodbTarget(server.uri, { clock });
  try {
    assert.deepEqual((await restore({ source, target, pool, clock, signal })).problems, []);
    await assert.rejects(restore({ source, target, pool, clock, signal }), {
      code: 'RESTORE_TARGET_NOT_EMPTY',
      message: /weather\.temperatures/,
    });
  } finally {
    await target.close();
  }
});

test('any number of documents at the start can be skipped, and the rest is the same', async () => {
  const all = Buffer.concat(documents.map((document) => BSON.serialize(document)));
  const { collections } = restoreSourceOfDump(
    sourceOf([{ database: 'shop', name: 'orders', pieces: () => [all] }]),
    FACTS,
  );
  const length = all.byteLength / documents.length;
  for (const skipped of [0, 1, 3000, 5001, 11_999, 12_000, 12_001]) {
    const blocks: Uint8Array[] = [];
    let counted = 0;
    for await (const { bson, hash } of collections[0]?.blocks(skipped, { pool, signal }) ?? []) {
      blocks.push(bson);
      counted += hash.documents;
    }
    assert.equal(counted, Math.max(0, documents.length - skipped));
    const expected = all.subarray(Math.min(skipped, documents.length) * length);
    // All documents have the same length.
    assert.ok(Buffer.concat(blocks).equals(expected), `${skipped} skipped`);
  }
});

test('a damaged document is named', async () => {
  const good = Buffer.from(BSON.serialize({ _id: 1, text: 'good' }));
  const bad = Buffer.from(good);
  bad[4] = 0x7e;
  const { collections } = restoreSourceOfDump(
    sourceOf([{ database: 'shop', name: 'orders', pieces: () => [good, bad] }]),
    FACTS,
  );
  const reading = collections[0]?.blocks(0, { pool, signal })[Symbol.asyncIterator]() ?? assert.fail();
  await assert.rejects(reading.next(), {
    code: 'INVALID_BSON',
    message: /document 1 of shop\.orders/,
    hint: /make the dump again/,
  });
});
