import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { turns } from '../../test/support/turns.ts';
import type { CallOptions, ObjectStore } from './contract.ts';
import { validateBucket } from './validate.ts';

export interface ConformanceSubject {
  readonly store: ObjectStore;
  /**
   * Makes the next requests of the store fail like a lost connection; later requests succeed. At least the requests that carry
   * the bytes of an object must fail. Open the store with a policy of a few tries and short pauses.
   */
  readonly disturb: (requests: number) => void;
  close(): Promise<void>;
}

const HOSTILE_KEYS = [
  '',
  '/',
  '/absolute',
  'ends/',
  'two//slashes',
  '.',
  '..',
  '../escape',
  'a/../../escape',
  'a/./b',
  'back\\slash',
  'a/..\\b',
  'nul\0byte',
  'line\nbreak',
  'lone\ud800surrogate',
  'x'.repeat(1025),
  'ü'.repeat(513),
];

const ORDINARY_KEYS = ['plain', 'with space/and + % signs', 'dots/.hidden', 'dots/..two', 'ünïcode/🚢', 'a=b&c;d/(e)'];

/** Tests what the contract demands of every driver. `open` returns an empty store for each test. */
export function runObjectStoreConformance(subject: {
  readonly name: string;
  readonly open: () => Promise<ConformanceSubject>;
}): void {
  const storeTest = (
    name: string,
    body: (store: ObjectStore, disturb: ConformanceSubject['disturb']) => Promise<void>,
  ): void => {
    test(name, async () => {
      const opened = await subject.open();
      try {
        await body(opened.store, opened.disturb);
      } finally {
        await opened.close();
      }
    });
  };

  suite(`object store: ${subject.name}`, () => {
    storeTest('returns the parts of a put in order', async (store) => {
      const parts = [Buffer.from('one '), Buffer.alloc(0), Buffer.from('two '), Buffer.alloc(3_000_000, 'three')];
      await put(store, 'folder/object', ...parts);
      assert.deepEqual(Buffer.from(await store.get('folder/object')), Buffer.concat(parts));
      assert.deepEqual(await collect(store.read('folder/object')), Buffer.concat(parts));
      assert.deepEqual(await store.head('folder/object'), { key: 'folder/object', bytes: 15_000_000 / 5 + 8 });
    });

    storeTest('stores an empty object', async (store) => {
      await put(store, 'empty');
      assert.equal((await store.get('empty')).byteLength, 0);
      assert.deepEqual(await collect(store.read('empty')), Buffer.alloc(0));
      assert.deepEqual(await store.head('empty'), { key: 'empty', bytes: 0 });
    });

    storeTest('replaces an object', async (store) => {
      await put(store, 'object', Buffer.from('a long first body'));
      await put(store, 'object', Buffer.from('second'));
      assert.equal(Buffer.from(await store.get('object')).toString(), 'second');
    });

    storeTest(
      'the result of get does not change when the object is replaced, and has a buffer of its own',
      async (store) => {
        await put(store, 'object', Buffer.from('first'));
        const body = await store.get('object');
        await put(store, 'object', Buffer.from('other'));
        assert.equal(Buffer.from(body).toString(), 'first');
        assert.equal(body.byteLength, body.buffer.byteLength);
      },
    );

    storeTest('reports missing objects', async (store) => {
      await put(store, 'there/object', Buffer.from('x'));
      for (const key of ['missing', 'there', 'there/other', 'there/object/below', 'not/there/at/all']) {
        await assert.rejects(store.get(key), { code: 'OBJECT_NOT_FOUND' }, key);
        await assert.rejects(collect(store.read(key)), { code: 'OBJECT_NOT_FOUND' }, key);
        assert.equal(await store.head(key), undefined, key);
      }
    });

    storeTest('deletes, and deletes again', async (store) => {
      await put(store, 'folder/object', Buffer.from('x'));
      await store.delete('folder/object');
      await store.delete('folder/object');
      await store.delete('never/was');
      assert.equal(await store.head('folder/object'), undefined);
      assert.deepEqual(await keys(store, ''), []);
    });

    storeTest('lists by prefix, in the order of the keys', async (store) => {
      const all = ['a', 'b-c', 'b.c', 'b/a', 'b/c/d', 'b/c0', 'b0', 'ba', 'z/ä', 'z/🚢', 'z/ﬀ'];
      for (const key of all.toReversed()) await put(store, key, Buffer.from(key));
      const sorted = all.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      assert.deepEqual(await keys(store, ''), sorted);
      for (const prefix of ['b', 'b/', 'b/c', 'b/c/', 'b/c/d', 'b/c/d/', 'z', 'nothing', '/', '../']) {
        const expected = sorted.filter((key) => key.startsWith(prefix));
        assert.deepEqual(await keys(store, prefix), expected, prefix);
      }
      for await (const { key, bytes } of store.list('')) assert.equal(bytes, Buffer.byteLength(key));
    });

    storeTest('keeps unusual keys apart', async (store) => {
      for (const key of ORDINARY_KEYS) await put(store, key, Buffer.from(key));
      for (const key of ORDINARY_KEYS) assert.equal(Buffer.from(await store.get(key)).toString(), key);
      assert.equal((await keys(store, '')).length, ORDINARY_KEYS.length);
    });

    storeTest('refuses hostile keys in every call', async (store) => {
      for (const key of HOSTILE_KEYS) {
        const refused = { code: 'INVALID_OBJECT_KEY' };
        await assert.rejects(put(store, key, Buffer.from('x')), refused, JSON.stringify(key));
        await assert.rejects(store.get(key), refused, JSON.stringify(key));
        await assert.rejects(collect(store.read(key)), refused, JSON.stringify(key));
        await assert.rejects(store.head(key), refused, JSON.stringify(key));
        await assert.rejects(store.compare(key, { bytes: 0, sha256: '' }), refused, JSON.stringify(key));
        await assert.rejects(store.delete(key), refused, JSON.stringify(key));
      }
      assert.deepEqual(await keys(store, ''), []);
    });

    storeTest('acknowledges the length and the SHA-256 of a put', async (store) => {
      const parts = [Buffer.from('one '), Buffer.alloc(2_500_000, 'two ')];
      const sha256 = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
      assert.deepEqual(await store.put('object', parts), { bytes: 2_500_004, sha256 });
      const nothing = createHash('sha256').digest('hex');
      assert.deepEqual(await store.put('empty', []), { bytes: 0, sha256: nothing });
    });

    storeTest('compares the content of an object with an acknowledgement', async (store, disturb) => {
      const body = Buffer.alloc(1_500_000, 'one');
      const acknowledged = await store.put('folder/object', [body]);
      disturb(1);
      assert.equal(await store.compare('folder/object', acknowledged), 'same');
      const flipped = Buffer.from(body);
      flipped.writeUInt8(body.readUInt8(700_000) ^ 1, 700_000);
      await put(store, 'folder/object', flipped);
      assert.equal(await store.compare('folder/object', acknowledged), 'different', 'as long, with one other bit');
      await put(store, 'folder/object', body.subarray(1));
      assert.equal(await store.compare('folder/object', acknowledged), 'different', 'cut');
      await store.delete('folder/object');
      for (const key of ['folder/object', 'folder', 'folder/object/below', 'never/was']) {
        assert.equal(await store.compare(key, acknowledged), 'missing', key);
      }
      const empty = await store.put('empty', []);
      assert.equal(await store.compare('empty', empty), 'same');
    });

    storeTest(
      'a cancelled call throws the reason, and does not wait for an unreachable store',
      async (store, disturb) => {
        const acknowledged = await store.put('object', [Buffer.from('x')]);
        type Call = (options: CallOptions) => Promise<unknown>;
        const readings: readonly Call[] = [
          (options) => store.get('object', options),
          (options) => collect(store.read('object', options)),
          (options) => store.compare('object', acknowledged, options),
        ];
        const others: readonly Call[] = [
          (options) => store.head('object', options),
          (options) => keys(store, '', options),
          (options) => store.delete('object', options),
        ];
        const reason = new Error('stop');
        for (const call of [...readings, ...others]) {
          await assert.rejects(call({ signal: AbortSignal.abort(reason) }), reason);
        }
        for (const call of readings) {
          const controller = new AbortController();
          disturb(Infinity);
          setImmediate(() => controller.abort(reason));
          await assert.rejects(call({ signal: controller.signal }), reason);
          disturb(0);
        }
        assert.equal(await store.compare('object', acknowledged), 'same');
      },
    );

    storeTest('writes a body while it is produced, and copies lent parts in time', async (store) => {
      async function* body(): AsyncGenerator<Uint8Array> {
        for (const letter of ['a', 'b', 'c']) {
          const part = Buffer.alloc(1_500_000, letter);
          await turns(5);
          yield part;
          part.fill('!');
        }
      }
      const expected = Buffer.concat(['a', 'b', 'c'].map((letter) => Buffer.alloc(1_500_000, letter)));
      const { sha256 } = await store.put('object', body());
      assert.equal(sha256, createHash('sha256').update(expected).digest('hex'));
      assert.ok(Buffer.from(await store.get('object')).equals(expected));
    });

    storeTest('a put survives a lost request, and reads the body once', async (store, disturb) => {
      const letters = ['a', 'b', 'c'];
      let readings = 0;
      async function* body(): AsyncGenerator<Uint8Array> {
        readings++;
        for (const letter of letters) {
          const part = Buffer.alloc(1_500_000, letter);
          disturb(1);
          await Promise.resolve();
          yield part;
          part.fill('!');
        }
      }
      await put(store, 'object', Buffer.from('before'));
      const expected = Buffer.concat(letters.map((letter) => Buffer.alloc(1_500_000, letter)));
      const { bytes, sha256 } = await store.put('object', body());
      assert.deepEqual([bytes, sha256], [4_500_000, createHash('sha256').update(expected).digest('hex')]);
      assert.ok(Buffer.from(await store.get('object')).equals(expected));
      assert.equal(readings, 1);
    });

    storeTest(
      'a put to an unreachable store fails with a transient error, and changes nothing',
      async (store, disturb) => {
        async function* body(): AsyncGenerator<Uint8Array> {
          yield Buffer.alloc(1_500_000, 'a');
          disturb(Infinity);
          await Promise.resolve();
          yield Buffer.alloc(1_500_000, 'b');
        }
        await put(store, 'object', Buffer.from('before'));
        await assert.rejects(store.put('object', body()), { name: 'AppError', transient: true });
        disturb(0);
        assert.equal(Buffer.from(await store.get('object')).toString(), 'before');
        assert.deepEqual(await keys(store, ''), ['object']);
        await put(store, 'object', Buffer.from('after'));
        assert.equal(Buffer.from(await store.get('object')).toString(), 'after');
      },
    );

    storeTest('a cancelled put does not wait for an unreachable store', async (store, disturb) => {
      const reason = new Error('stop');
      const controller = new AbortController();
      async function* body(): AsyncGenerator<Uint8Array> {
        disturb(Infinity);
        setImmediate(() => controller.abort(reason));
        await Promise.resolve();
        yield Buffer.from('x');
      }
      await assert.rejects(store.put('object', body(), { signal: controller.signal }), reason);
      disturb(0);
      assert.deepEqual(await keys(store, ''), []);
    });

    storeTest('reads, lists and deletes survive lost requests', async (store, disturb) => {
      const body = Buffer.alloc(1_500_000, 'one piece after another');
      await put(store, 'object', body);
      disturb(1);
      assert.ok(body.equals(await store.get('object')));
      const pieces: Uint8Array[] = [];
      for await (const piece of store.read('object')) {
        pieces.push(Uint8Array.from(piece));
        disturb(1);
      }
      assert.ok(body.equals(Buffer.concat(pieces)));
      disturb(1);
      assert.equal((await store.head('object'))?.bytes, body.byteLength);
      disturb(1);
      assert.deepEqual(await keys(store, ''), ['object']);
      disturb(1);
      await store.delete('object');
      assert.equal(await store.head('object'), undefined);
    });

    storeTest('a put fails with the error of its body, and changes nothing', async (store) => {
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(2_000_000, 'after');
        await Promise.resolve();
        throw Object.assign(new Error('no more'), { code: 'ENOSPC' });
      }
      await put(store, 'object', Buffer.from('before'));
      await assert.rejects(store.put('object', body()), { message: 'no more', code: 'ENOSPC' });
      await assert.rejects(store.put('new', body()), { message: 'no more', code: 'ENOSPC' });
      assert.equal(Buffer.from(await store.get('object')).toString(), 'before');
      assert.deepEqual(await keys(store, ''), ['object']);
    });

    storeTest('a cancelled put changes nothing', async (store) => {
      const body = [Buffer.alloc(5_000_000, 'x')];
      const reason = new Error('stop');
      const cancelled = store.put('object', body, { signal: AbortSignal.abort(reason) });
      await assert.rejects(cancelled, reason);
      const controller = new AbortController();
      const cancelledLater = store.put('object', body, { signal: controller.signal });
      setImmediate(() => controller.abort(reason));
      await assert.rejects(cancelledLater, reason);
      assert.deepEqual(await keys(store, ''), []);
    });

    storeTest('passes the trials of `validateBucket`, which leave nothing behind', async (store) => {
      const { usable, checks, leftObjects } = await validateBucket(() => Promise.resolve(store), 'top/', {
        timeoutMs: 60_000,
      });
      assert.deepEqual(
        checks.filter(({ outcome }) => outcome !== 'passed'),
        [],
      );
      assert.deepEqual([usable, leftObjects, await keys(store, '')], [true, [], []]);
    });

    storeTest('takes many puts at once', async (store) => {
      const names = Array.from({ length: 40 }, (_, number) => `many/${number % 4}/object ${number}`);
      await Promise.all(names.map((name) => put(store, name, Buffer.from(name))));
      assert.equal((await keys(store, 'many/')).length, names.length);
      for (const name of names) assert.equal(Buffer.from(await store.get(name)).toString(), name);
    });

    storeTest('a put of what must be absent leaves what is there', async (store) => {
      await store.put('claim', [Buffer.from('mine')], { ifAbsent: true });
      const again = store.put('claim', [Buffer.from('yours')], { ifAbsent: true });
      await assert.rejects(again, { code: 'OBJECT_EXISTS', transient: false });
      assert.equal(Buffer.from(await store.get('claim')).toString(), 'mine');
      await put(store, 'claim', Buffer.from('replaced'));
      await store.delete('claim');
      await store.put('claim', [Buffer.from('yours')], { ifAbsent: true });
      assert.equal(Buffer.from(await store.get('claim')).toString(), 'yours');
      assert.deepEqual(await keys(store, ''), ['claim']);
    });

    storeTest('one of many puts of what must be absent wins', async (store) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const puts = names.map((name) => store.put('claim', [Buffer.from(name)], { ifAbsent: true }));
      const won = (await Promise.allSettled(puts)).flatMap(({ status }, at) =>
        status === 'fulfilled' ? [names[at]] : [],
      );
      assert.deepEqual(won, [Buffer.from(await store.get('claim')).toString()]);
    });

    storeTest('two puts to one key leave one of both bodies', async (store) => {
      const bodies = ['a', 'b'].map((letter) => Buffer.alloc(2_000_000, letter));
      await Promise.all(bodies.map((body) => put(store, 'object', body)));
      const found = Buffer.from(await store.get('object'));
      assert.ok(bodies.some((body) => body.equals(found)));
    });
  });
}

async function put(store: ObjectStore, key: string, ...parts: Buffer[]): Promise<void> {
  await store.put(key, parts);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function keys(store: ObjectStore, prefix: string, options?: CallOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix, options)) found.push(key);
  return found;
}
