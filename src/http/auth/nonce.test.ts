import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../test/support/api-server.ts';
import { createNonceMint } from './nonce.ts';

const key = Buffer.alloc(32, 7);

test('a nonce is 32 characters of base64, is new every time, and contains its time of issue', () => {
  const clock = new ManualClock();
  const mint = createNonceMint(key, clock);
  const nonces = Array.from({ length: 100 }, () => mint.issue());
  assert.equal(new Set(nonces).size, 100);
  for (const nonce of nonces) {
    assert.match(nonce, /^[A-Za-z0-9+/]{32}$/);
    assert.equal(mint.issuedAt(nonce), clock.now());
  }
});

test('only the key that signed a nonce verifies it', () => {
  const mint = createNonceMint(key, new ManualClock());
  const nonce = mint.issue();
  assert.notEqual(createNonceMint(key, new ManualClock()).issuedAt(nonce), undefined);
  assert.equal(createNonceMint(Buffer.alloc(32, 8), new ManualClock()).issuedAt(nonce), undefined);
});

test('a nonce with any changed character, or in another form, is refused', () => {
  const mint = createNonceMint(key, new ManualClock());
  const nonce = mint.issue();
  for (let index = 0; index < nonce.length; index++) {
    const changed = nonce.slice(0, index) + (nonce[index] === 'A' ? 'B' : 'A') + nonce.slice(index + 1);
    assert.equal(mint.issuedAt(changed), undefined, changed);
  }
  for (const other of ['', nonce.slice(1), `${nonce}=`, `${nonce}AAAA`, nonce.replace(/.$/, '_')]) {
    assert.equal(mint.issuedAt(other), undefined, other);
  }
});
