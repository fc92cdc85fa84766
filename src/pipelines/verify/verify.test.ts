import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BSON } from 'bson';
import { memoryStore, type MemoryStore } from '../../../test/support/memory-store.ts';
import { directoryStore, EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { createSnapshotRepository, type Snapshot } from '../../snapshot/repository/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { exportSnapshot } from '../export/index.ts';
import { BlockPool } from '../threads/index.ts';
import { findExports, verifyExport, type FoundExport, type VerifyProgress } from './index.ts';

const { prefix: PREFIX, signal } = EXPORT_DEFAULTS;
const MANIFEST = `${PREFIX}/.manifest.json`;
const DATA = `${PREFIX}/shop/first/rs0.0.json.gz`;
const pool = new BlockPool({ threads: 1 });
after(() => pool.close());

let snapshot: Snapshot;
before(async () => {
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf(
    ['first', 'second'].map((name) => ({
      database: 'shop',
      name,
      pieces: () => [Buffer.concat([1, 2, 3].map((_id) => BSON.serialize({ _id, of: name })))],
    })),
  );
  await captureSnapshot({ source, repository, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, pool, signal });
  snapshot = await repository.openSnapshot(SNAPSHOT_ID);
});

const prefixesOf = (found: readonly FoundExport[]): readonly string[] => found.map(({ prefix }) => prefix);

async function exported(): Promise<MemoryStore> {
  const store = memoryStore();
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
  return store;
}

/** Changes the list of objects in the manifest, but not its totals. */
function changeObjects(store: MemoryStore, change: (objects: Json[]) => void): void {
  const manifest: unknown = JSON.parse(Buffer.from(store.objects.get(MANIFEST) ?? assert.fail()).toString());
  assert.ok(isJsonObject(manifest) && Array.isArray(manifest['objects']));
  const objects = manifest['objects'].map((object: Json) => object);
  change(objects);
  const body = Buffer.from(JSON.stringify({ ...manifest, objects }));
  store.objects.set(MANIFEST, Uint8Array.from(body));
}

const fields = (object: Json | undefined): JsonObject => (isJsonObject(object) ? object : assert.fail());

suite('one bad thing is one problem, and everything else is still checked', () => {
  const badEntries: readonly (readonly [string, Json, RegExp])[] = [
    ['no object', 7, /^\S+\.manifest\.json: entry 1 of objects cannot be read: /],
    ['no hash', { key: 'x', bytes: 1, documents: 0 }, /entry 1 of objects cannot be read: it lacks sha256/],
    [
      'a negative length',
      { key: 'x', bytes: -1, sha256: '', documents: 0 },
      /entry 1 of objects cannot be read: bytes/,
    ],
    ['a short key', { key: 'first/rs0.0.json.gz', bytes: 1, sha256: '', documents: 0 }, / is not a key of an export$/],
    [
      'a key that leads out',
      { key: 'a/../../b', bytes: 1, sha256: '', documents: 0 },
      / cannot be read: .* is no key for an object/,
    ],
    [
      'a key with a line feed',
      { key: 'a/b/c/d\n', bytes: 1, sha256: '', documents: 0 },
      / cannot be read: .* is no key for an object/,
    ],
  ];
  for (const [what, entry, problem] of badEntries) {
    test(`an entry that is ${what}`, async () => {
      const store = await exported();
      changeObjects(store, (objects) => objects.splice(1, 1, entry));
      const { objects, problems, manifest } = await verifyExport({ store, prefix: PREFIX });
      assert.deepEqual({ objects, manifest }, { objects: 3, manifest: true });
      assert.equal(problems.filter((text) => problem.test(text)).length, 1, problems.join('\n'));
      // A second problem is the object whose entry was replaced, and a third may be the total of documents.
      assert.ok(problems.some((text) => text.endsWith('is not in the manifest')));
    });
  }

  test('an entry that is there twice', async () => {
    const store = await exported();
    changeObjects(store, (objects) => objects.splice(1, 1, fields(objects[0])));
    const { problems } = await verifyExport({ store, prefix: PREFIX });
    assert.equal(problems.filter((text) => text.endsWith('is in the manifest twice')).length, 1);
  });

  test('totals that are wrong', async () => {
    const store = await exported();
    changeObjects(store, (objects) => void objects.pop());
    const { objects, problems } = await verifyExport({ store, prefix: PREFIX });
    assert.equal(objects, 3);
    assert.ok(problems.includes(`${MANIFEST}: its total of files is not what it lists`), problems.join('\n'));
    assert.ok(problems.includes(`${PREFIX}/.complete says that there are 4 files, and the manifest lists 3`));
  });

  test('a symbolic link instead of an object, of a folder, or of the manifest', async () => {
    using directory = temporaryDirectory('bucket');
    const bucket = join(directory.path, 'bucket');
    const store = await directoryStore(bucket);
    await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
    const aside = (key: string): void => {
      renameSync(join(bucket, key), join(directory.path, 'aside'));
      symlinkSync(join(directory.path, 'aside'), join(bucket, key));
    };
    const back = (key: string): void => {
      rmSync(join(bucket, key));
      renameSync(join(directory.path, 'aside'), join(bucket, key));
    };
    for (const [key, right, bad] of [
      [DATA, 3, 1],
      [`${PREFIX}/shop/first`, 2, 2],
      [MANIFEST, 4, 1],
      [`${PREFIX}/.complete`, 4, 1],
    ] as const) {
      aside(key);
      const { objects, problems } = await verifyExport({ store, prefix: PREFIX });
      assert.deepEqual([objects, problems.length], [right, bad], problems.join('\n'));
      for (const problem of problems) assert.match(problem, /is behind the symbolic link/);
      back(key);
    }
    assert.deepEqual((await verifyExport({ store, prefix: PREFIX })).problems, []);
  });
});

suite('each difference from the manifest is one problem', () => {
  /** Changes the manifest as a whole. */
  function changeManifest(store: MemoryStore, change: JsonObject): void {
    const manifest: unknown = JSON.parse(textOf(store, MANIFEST));
    assert.ok(isJsonObject(manifest));
    store.objects.set(MANIFEST, Uint8Array.from(Buffer.from(JSON.stringify({ ...manifest, ...change }))));
  }
  const textOf = (store: MemoryStore, key: string): string =>
    Buffer.from(store.objects.get(key) ?? assert.fail(key)).toString();
  const entryOf = (objects: readonly Json[], key: string): number =>
    objects.findIndex((object) => fields(object)['key'] === key);

  const cases: readonly (readonly [string, (store: MemoryStore) => void, readonly RegExp[]])[] = [
    ['a .complete that is missing', (store) => store.objects.delete(`${PREFIX}/.complete`), [/\.complete is missing$/]],
    ['an object that is missing', (store) => store.objects.delete(DATA), [/0\.json\.gz is missing$/]],
    [
      'an object that is longer, with the same lines',
      (store) => {
        const whole = store.objects.get(DATA) ?? assert.fail();
        store.objects.set(DATA, Uint8Array.from(Buffer.concat([whole, gzipSync('')])));
      },
      [/0\.json\.gz has \d+ bytes instead of \d+$/],
    ],
    [
      'an object that was cut',
      (store) => store.objects.set(DATA, (store.objects.get(DATA) ?? assert.fail()).slice(0, -9)),
      [/0\.json\.gz cannot be unzipped \(unexpected end of file\)$/],
    ],
    [
      'an object of the same length and lines with another hash',
      // The byte at 9 names the operating system (RFC 1952), which no reader looks at.
      (store) =>
        store.objects.set(
          DATA,
          (store.objects.get(DATA) ?? assert.fail()).map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
        ),
      [/0\.json\.gz has other content than what was written: the SHA-256 differs$/],
    ],
    [
      'another number of documents, also in the total',
      (store) =>
        changeObjects(store, (objects) => {
          const at = entryOf(objects, DATA);
          objects[at] = { ...fields(objects[at]), documents: 4 };
        }),
      [/\.manifest\.json: its total of documents is not what it lists$/, /0\.json\.gz has 3 lines instead of 4$/],
    ],
    [
      'an object that the manifest does not list',
      (store) => store.objects.set(`${PREFIX}/shop/third/metadata.json`, Uint8Array.from(Buffer.from('{}'))),
      [/shop\/third\/metadata\.json is not in the manifest$/],
    ],
    [
      'a manifest of something else',
      (store) => changeManifest(store, { format: 'other' }),
      [/\.manifest\.json: it is not the manifest of an export$/],
    ],
    [
      'a manifest of a later version',
      (store) => changeManifest(store, { version: 2 }),
      [/\.manifest\.json: it has version 2, and this Longshore reads version 1$/],
    ],
  ];
  for (const [what, change, expected] of cases) {
    test(what, async () => {
      const store = await exported();
      change(store);
      const { problems } = await verifyExport({ store, prefix: PREFIX });
      assert.equal(problems.length, expected.length, problems.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
    });
  }

  test('a hundred problems are enough, and the progress reaches its end', async () => {
    const store = await exported();
    changeObjects(store, (objects) => objects.push(...Array.from({ length: 150 }, () => 7)));
    const progress: VerifyProgress[] = [];
    const { problems } = await verifyExport({ store, prefix: PREFIX, onProgress: (step) => progress.push(step) });
    assert.equal(problems.length, 100);
    assert.equal(progress.length, 8, 'one piece for each of the small objects, and its end');
    const [found] = await findExports(store, '');
    assert.deepEqual(progress.at(-1), { objects: found?.objects, documents: 6, bytes: found?.bytes });
    assert.ok(found !== undefined && found.objects === 4 && found.bytes > 0);
  });
});

for (const place of ['', 'copy', 'archive/2026/of the export', 'exported_snapshots/a/b/c/d/e']) {
  test(`an export that was copied to ${place === '' ? 'the top of a bucket' : place} is found and checked there`, async () => {
    const store = await exported();
    const copy = memoryStore();
    for (const [key, body] of store.objects) {
      if (key.startsWith(`${PREFIX}/`))
        copy.objects.set(`${place}${key.slice(PREFIX.length)}`.replace(/^\//, ''), body);
    }
    assert.deepEqual(prefixesOf(await findExports(copy, '')), [place]);
    const report = await verifyExport({ store: copy, prefix: place });
    assert.deepEqual(report.problems, []);
    assert.deepEqual([report.objects, report.documents], [4, 6]);
    const [victim] = [...copy.objects.keys()].filter((key) => key.endsWith('.json.gz'));
    copy.objects.delete(victim ?? assert.fail());
    assert.deepEqual((await verifyExport({ store: copy, prefix: place })).problems, [`${victim} is missing`]);
  });
}

test('an export that was copied as files needs no bucket around it', async () => {
  using directory = temporaryDirectory('bucket');
  const bucket = join(directory.path, 'bucket');
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store: await directoryStore(bucket), pool });
  mkdirSync(join(directory.path, 'copy'));
  cpSync(join(bucket, PREFIX), join(directory.path, 'copy'), { recursive: true });
  const copy = await directoryStore(join(directory.path, 'copy'));
  assert.deepEqual(prefixesOf(await findExports(copy, '')), ['']);
  assert.deepEqual((await verifyExport({ store: copy, prefix: '' })).problems, []);
});

test('unfinished exports are found by their place, finished ones by their dot-files', async () => {
  const store = memoryStore();
  for (const key of [
    'exported_snapshots/.permissioncheck',
    'exported_snapshots/o/g/c/d/1/shop/orders/metadata.json',
    'exported_snapshots/o/g/c/d/2/.claim',
    'exported_snapshots/o/g/c/d/2/.manifest.json',
    'exported_snapshots/o/g/c/d/3/.claim',
    'copied/.manifest.json',
    'elsewhere/.complete',
    'elsewhere/shop/orders/metadata.json',
    'unrelated/file',
  ])
    store.objects.set(key, new Uint8Array());
  assert.deepEqual(prefixesOf(await findExports(store, '')), [
    'copied',
    'elsewhere',
    'exported_snapshots/o/g/c/d/1',
    'exported_snapshots/o/g/c/d/2',
  ]);
  const inside = await findExports(store, 'exported_snapshots/o/g/c/d/1/shop/');
  assert.deepEqual(prefixesOf(inside), ['exported_snapshots/o/g/c/d/1']);
});

suite('an export without a manifest, as Atlas writes it', () => {
  function atlas(files: Readonly<Record<string, string | Uint8Array>> = {}): MemoryStore {
    const store = memoryStore();
    const all: Readonly<Record<string, string | Uint8Array>> = {
      '.complete': '{"orgId":"o","totalFiles":2}',
      'shop/orders/metadata.json': '{"options":{},"indexes":[],"collectionName":"orders"}',
      'shop/orders/atlas-abc-shard-0.0.json.gz': gzipSync('{"_id":1}\n{"_id":2}\n'),
      ...files,
    };
    for (const [key, body] of Object.entries(all))
      store.objects.set(`${PREFIX}/${key}`, Uint8Array.from(Buffer.from(body)));
    return store;
  }

  test('is right as far as its files allow, and the report says that there is no manifest', async () => {
    const { manifest, objects, documents, problems } = await verifyExport({ store: atlas(), prefix: PREFIX });
    assert.deepEqual(
      { manifest, objects, documents, problems },
      { manifest: false, objects: 2, documents: 2, problems: [] },
    );
    // It is not documented whether Atlas counts metadata, nor whether its last line ends with a line feed.
    const other = atlas({
      '.complete': '{"totalFiles":1}',
      'shop/orders/atlas-abc-shard-0.0.json.gz': gzipSync('{"_id":1}\n{"_id":2}'),
    });
    const report = await verifyExport({ store: other, prefix: PREFIX });
    assert.deepEqual([report.documents, report.problems], [2, []]);
  });

  const whole = gzipSync('{"_id":1}\n{"_id":2}\n');
  const data = 'shop/orders/atlas-abc-shard-0.0.json.gz';
  const cases: readonly (readonly [string, Readonly<Record<string, string | Uint8Array>>, string])[] = [
    [
      'a data object that was cut',
      { [data]: whole.subarray(0, -9) },
      `${PREFIX}/${data} cannot be unzipped (unexpected end of file)`,
    ],
    [
      'a line that is no JSON',
      { [data]: gzipSync('{"_id":1}\n{"_id":\n') },
      `${PREFIX}/${data} is not Extended JSON in line 2 at byte 8: the line ends within its document`,
    ],
    [
      'a line that is no object',
      { [data]: gzipSync('[1]\n') },
      `${PREFIX}/${data} is not Extended JSON in line 1 at byte 1: a line must be one document, which begins with {`,
    ],
    [
      'a value that no BSON can hold',
      { [data]: gzipSync('{"_id":1e999}\n') },
      `${PREFIX}/${data} is not Extended JSON in line 1 at byte 8: a number is larger than the largest double`,
    ],
    ['an empty line', { [data]: gzipSync('{"_id":1}\n\n{"_id":2}\n') }, `${PREFIX}/${data} has empty lines: 1 of 3`],
    [
      'a line that is no UTF-8',
      { [data]: gzipSync(Buffer.from('{"a":"\xff"}\n', 'latin1')) },
      `${PREFIX}/${data} is not Extended JSON in line 1 at byte 7: a string has bytes that are not UTF-8`,
    ],
    [
      'metadata that is no JSON',
      { 'shop/orders/metadata.json': '{' },
      `${PREFIX}/shop/orders/metadata.json is not a JSON object`,
    ],
    [
      'another number of files',
      { '.complete': '{"totalFiles":3}' },
      `${PREFIX}/.complete says that there are 3 files, and there are 2`,
    ],
    ['a .complete that is none', { '.complete': '{}' }, `${PREFIX}/.complete: it lacks totalFiles`],
  ];
  for (const [what, files, problem] of cases) {
    test(`${what} is a problem`, async () => {
      assert.deepEqual((await verifyExport({ store: atlas(files), prefix: PREFIX })).problems, [problem]);
    });
  }

  test('lines may be in any number of pieces', async () => {
    const lines = Array.from({ length: 400 }, (_, n) => JSON.stringify({ n, text: 'é'.repeat(n * 7) })).join('\n');
    const store = atlas({ [data]: gzipSync(lines) });
    const report = await verifyExport({ store, prefix: PREFIX });
    assert.deepEqual([report.documents, report.problems], [400, []]);
  });

  test('an export that lost its manifest is checked so, too', async () => {
    const store = await exported();
    store.objects.delete(MANIFEST);
    const report = await verifyExport({ store, prefix: PREFIX });
    assert.deepEqual([report.manifest, report.objects, report.problems], [false, 4, []]);
    store.objects.delete(DATA);
    assert.deepEqual((await verifyExport({ store, prefix: PREFIX })).problems, [
      `${PREFIX}/.complete says that there are 4 files, and there are 3`,
    ]);
  });
});

test('an abort ends it in the middle of an object', async () => {
  const store = await exported();
  const reason = new Error('stop');
  const controller = new AbortController();
  const aborting = {
    ...store,
    async *read(key: string): AsyncGenerator<Uint8Array> {
      controller.abort(reason);
      yield* store.read(key);
    },
  };
  await assert.rejects(verifyExport({ store: aborting, prefix: PREFIX, signal: controller.signal }), reason);
});
