import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { turns } from '../../../test/support/turns.ts';
import type { ObjectStore, WrittenObject } from '../../object-store/contract.ts';
import { ObjectQueue } from './object-queue.ts';

const { signal } = new AbortController();

function part(bytes: number, letter: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes).fill(letter.charCodeAt(0));
}

test('parts are written in order as they arrive, and their memory is given back', async () => {
  const store = memoryStore();
  const queue = new ObjectQueue(store, signal);
  const object = queue.open('object');
  const parts = Array.from({ length: 20 }, (_, i) => part(300_000, String.fromCharCode(97 + i)));
  const expected = Buffer.concat(parts);
  for (const each of parts) await object.write(each);
  const acknowledged: WrittenObject[] = [];
  await queue.finish(object, (written) => void acknowledged.push(written));
  await queue.drain();
  assert.equal(acknowledged[0]?.bytes, expected.byteLength);
  assert.ok(expected.equals(store.objects.get('object') ?? Buffer.alloc(0)));
  assert.deepEqual(new Set(parts.map(({ byteLength }) => byteLength)), new Set([0]));
});

test('a writer waits for a slow store', async () => {
  let asked = 0;
  let goOn = (): void => undefined;
  const slow: ObjectStore = {
    ...memoryStore(),
    put: async (_key, body) => {
      let bytes = 0;
      for await (const each of body) {
        asked++;
        await new Promise<void>((resolve) => (goOn = resolve));
        bytes += each.byteLength;
      }
      return { bytes, sha256: '' };
    },
  };
  const object = new ObjectQueue(slow, signal).open('object');
  let written = 0;
  const writing = (async () => {
    for (; written < 30; written++) await object.write(part(10, 'x'));
  })();
  await turns(100);
  assert.equal(asked, 1);
  assert.ok(written < 15, `${written} parts were taken`);
  const ticking = setInterval(() => goOn(), 1);
  await writing;
  assert.equal((await object.finish()).bytes, 300);
  clearInterval(ticking);
});

test('small objects do not wait for the store to open them one by one', async () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const inner = memoryStore();
  const store: ObjectStore = { ...inner, put: (key, body) => opened.then(() => inner.put(key, body)) };
  const queue = new ObjectQueue(store, signal);
  for (let number = 0; number < 10; number++) {
    const object = queue.open(`object ${number}`);
    // Three parts: a header, a block, an end.
    for (const bytes of [10, 500, 10]) await object.write(part(bytes, 'x'));
    await queue.finish(object, () => undefined);
  }
  assert.equal(inner.objects.size, 0);
  open();
  await queue.drain();
  assert.equal(inner.objects.size, 10);
});

test('a put that fails fails the writer, and the next call of the queue', async () => {
  const failure = new Error('full');
  const failing: ObjectStore = {
    ...memoryStore(),
    put: async (_key, body) => {
      for await (const each of body) if (each.byteLength > 0) throw failure;
      throw new Error('no part came');
    },
  };
  const queue = new ObjectQueue(failing, signal);
  const object = queue.open('object');
  await assert.rejects(async () => {
    for (let i = 0; i < 100; i++) await object.write(part(10, 'x'));
  }, failure);
  await queue.finish(object, () => assert.fail('it was acknowledged'));
  await assert.rejects(queue.drain(), failure);
  assert.throws(() => queue.open('other'), failure);
});

test('a put that fails before it asks for a part brings nothing else down', async () => {
  const failure = new Error('full');
  const queue = new ObjectQueue({ ...memoryStore(), put: () => Promise.reject(failure) }, signal);
  const object = queue.open('object');
  await turns(10);
  await object.write(part(10, 'x'));
  await queue.cancel(failure);
  // Unhandled rejections and errors would end the process in these turns.
  await turns(10);
});

test('a cancelled object is not written, also by a store that ignores the signal', async () => {
  const store = memoryStore();
  const heedless: ObjectStore = { ...store, put: (key, body) => store.put(key, body) };
  for (const each of [store, heedless]) {
    const queue = new ObjectQueue(each, signal);
    const object = queue.open('object');
    await object.write(part(10, 'x'));
    await queue.cancel(new Error('enough'));
    assert.equal(store.objects.size, 0);
  }
});

test('a failure cancels all objects in progress', async () => {
  const failure = new Error('full');
  const signals: (AbortSignal | undefined)[] = [];
  const store: ObjectStore = {
    ...memoryStore(),
    put: (key, _body, options) => {
      signals.push(options?.signal);
      return key === 'bad' ? Promise.reject(failure) : new Promise(() => undefined);
    },
  };
  const queue = new ObjectQueue(store, signal);
  const object = { parts: [], bytes: 0, sha256: '' };
  await queue.add({ ...object, key: 'slow' }, () => undefined);
  await queue.add({ ...object, key: 'bad' }, () => undefined);
  await turns(10);
  assert.deepEqual(
    signals.map((each) => each?.reason === failure),
    [true, true],
  );
});

test('big objects end one after another', async () => {
  let ending = 0;
  let most = 0;
  const store: ObjectStore = {
    ...memoryStore(),
    put: async (_key, body) => {
      let bytes = 0;
      for await (const each of body) bytes += each.byteLength;
      most = Math.max(most, ++ending);
      await turns(20);
      ending--;
      return { bytes, sha256: '' };
    },
  };
  const queue = new ObjectQueue(store, signal);
  for (let number = 0; number < 4; number++) {
    const object = queue.open(`object ${number}`);
    for (let i = 0; i < 20; i++) await object.write(part(1 << 20, 'x'));
    await queue.finish(object, () => undefined);
  }
  await queue.drain();
  assert.equal(most, 1);
});

test('a store that wrote other bytes is noticed', async () => {
  const claiming = (written: WrittenObject): ObjectQueue =>
    new ObjectQueue({ ...memoryStore(), put: () => Promise.resolve(written) }, signal);
  const assertFound = async (queue: ObjectQueue): Promise<void> => {
    await assert.rejects(queue.drain(), { code: 'OBJECT_INCOMPLETE' });
  };
  const neverAcknowledged = (): void => assert.fail('it was acknowledged');

  const short = claiming({ bytes: 9, sha256: '' });
  const object = short.open('object');
  await object.write(part(10, 'x'));
  await short.finish(object, neverAcknowledged);
  await assertFound(short);

  const whole = { key: 'object', parts: [part(10, 'x')], bytes: 10, sha256: 'ab' };
  for (const written of [
    { bytes: 9, sha256: 'ab' },
    { bytes: 10, sha256: 'cd' },
  ]) {
    const queue = claiming(written);
    await queue.add(whole, neverAcknowledged);
    await assertFound(queue);
  }
});

test('a store that ends before the body stops the writer', async () => {
  const early = new ObjectQueue({ ...memoryStore(), put: () => Promise.resolve({ bytes: 0, sha256: '' }) }, signal);
  const object = early.open('object');
  await assert.rejects(
    async () => {
      for (let i = 0; i < 100; i++) await object.write(part(10, 'x'));
    },
    { code: 'OBJECT_INCOMPLETE' },
  );
});
