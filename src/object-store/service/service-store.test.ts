import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ObjectStore } from '../contract.ts';
import { storeFailed } from '../errors.ts';
import type { ObjectService, ReadingPosition } from './contract.ts';
import { createServiceStore } from './index.ts';

const BODY = Buffer.from('one two three');
const BODY_SHA256 = createHash('sha256').update(BODY).digest('hex');

function unexpected(): never {
  throw new Error('not expected');
}

/** A store on a service of which a test defines only what it needs. */
function storeOn(service: Partial<ObjectService>): ObjectStore {
  return createServiceStore(
    {
      createChecksum: () => createHash('md5'),
      put: unexpected,
      open: unexpected,
      look: unexpected,
      list: unexpected,
      delete: unexpected,
      classified: (operation, key, thrown) => storeFailed(operation, key, thrown, true),
      ...service,
    },
    { retry: { tries: 3, firstPauseMs: 1 } },
  );
}

/** Opens BODY, and cuts the connection after four bytes. */
function cutting(opened: (ReadingPosition | undefined)[]): ObjectService['open'] {
  return (_key, from) => {
    opened.push(from);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(BODY.subarray(from?.bytes ?? 0).subarray(0, 4));
    }
    return Promise.resolve({ bytes: BODY.byteLength, version: 'v1', pieces: pieces() });
  };
}

test('a reading goes on at the byte where the connection ended, in the same version', async () => {
  const opened: (ReadingPosition | undefined)[] = [];
  assert.deepEqual(Buffer.from(await storeOn({ open: cutting(opened) }).get('key')), BODY);
  const positions = [4, 8, 12].map((bytes) => ({ bytes, version: 'v1' }));
  assert.deepEqual(opened, [undefined, ...positions]);
});

test('a call ends with its signal although the library does not heed it', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const store = storeOn({ look: () => new Promise(() => undefined) });
  const looking = store.head('key', { signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(looking, reason);
});

test('an object is compared by the SHA-256 of the service, and is read where the service has none', async () => {
  const acknowledged = { bytes: BODY.byteLength, sha256: BODY_SHA256 };
  const known = (sha256: string | undefined) => () => Promise.resolve({ bytes: BODY.byteLength, sha256 });
  assert.equal(await storeOn({ look: known(BODY_SHA256) }).compare('key', acknowledged), 'same');
  assert.equal(await storeOn({ look: known('0'.repeat(64)) }).compare('key', acknowledged), 'different');
  const reading = storeOn({ look: known(undefined), open: cutting([]) });
  assert.equal(await reading.compare('key', acknowledged), 'same');
  assert.equal(await reading.compare('key', { ...acknowledged, sha256: '0'.repeat(64) }), 'different');
  const shorter = { ...acknowledged, bytes: 1 };
  assert.equal(await storeOn({ look: known(BODY_SHA256) }).compare('key', shorter), 'different');
});

test('all pages of a listing are asked for, and keys that no method takes are left out', async () => {
  const pages: (string | undefined)[] = [];
  const store = storeOn({
    list: (_prefix, page) => {
      pages.push(page);
      const key = page === undefined ? 'folder/' : 'folder/object';
      return Promise.resolve({ objects: [{ key, bytes: 0 }], next: page === undefined ? 'more' : undefined });
    },
  });
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  assert.deepEqual([pages, keys], [[undefined, 'more'], ['folder/object']]);
});
