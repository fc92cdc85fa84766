import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BSON } from 'bson';
import { addHashes, hashDocuments, NO_DOCUMENTS } from './documents-hash.ts';

const documents = Array.from({ length: 50 }, (_, number) => BSON.serialize({ _id: number, text: 'x'.repeat(number) }));

test('the hash of no documents is zero', () => {
  assert.deepEqual(hashDocuments(new Uint8Array(0)), NO_DOCUMENTS);
});

test('the order of documents and the cuts between blocks do not matter', () => {
  const whole = hashDocuments(Buffer.concat(documents));
  assert.equal(whole.documents, 50);
  assert.deepEqual(hashDocuments(Buffer.concat(documents.toReversed())), whole);
  const parts = [documents.slice(0, 7), documents.slice(7, 8), documents.slice(8)];
  assert.deepEqual(
    parts.map((part) => hashDocuments(Buffer.concat(part))).reduce((sum, part) => addHashes(sum, part)),
    whole,
  );
});

test('a missing, doubled or changed document changes the hash', () => {
  const whole = hashDocuments(Buffer.concat(documents));
  const [first = assert.fail()] = documents;
  const changed = Uint8Array.from(first);
  changed[changed.byteLength - 2] = 1;
  for (const other of [documents.slice(1), [first, ...documents], [changed, ...documents.slice(1)]]) {
    assert.notEqual(hashDocuments(Buffer.concat(other)).sum, whole.sum);
  }
});
