import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Long, serialize as serializeBson, type Document } from 'bson';
import fc from 'fast-check';
import { AppError } from '../../../kernel/errors.ts';
import { parseCursorReply, unwrapBatch } from './cursor-reply.ts';

/** Serializes a document into memory of its own, because the parser takes the memory. */
const serialize = (document: Document): Uint8Array<ArrayBuffer> => Uint8Array.from(serializeBson(document));

const batch = [{ _id: 1, text: 'a' }, { _id: 2, nested: { deep: [1, 2, 3] } }, {}];

for (const name of ['firstBatch', 'nextBatch']) {
  test(`a ${name} gives its documents one after another, and the cursor's id`, () => {
    const cursor = serialize({ id: Long.fromString('7234567890123456789'), ns: 'db.c', [name]: batch });
    const reply = parseCursorReply(cursor);
    assert.equal(reply.cursorId, 7234567890123456789n);
    assert.deepEqual(
      Buffer.from(unwrapBatch(reply).documents),
      Buffer.concat(batch.map((document) => serialize(document))),
    );
  });
}

test('more than ten documents (keys of two digits) come out in order', () => {
  const many = Array.from({ length: 120 }, (_, index) => ({ index }));
  const reply = parseCursorReply(serialize({ nextBatch: many, id: Long.ZERO, ns: 'db.c' }));
  assert.equal(reply.cursorId, 0n);
  assert.deepEqual(
    Buffer.from(unwrapBatch(reply).documents),
    Buffer.concat(many.map((document) => serialize(document))),
  );
});

test('documents of every length keep their bytes, which are moved within the reply', () => {
  const documents = Array.from({ length: 1100 }, (_, length) => ({
    text: String.fromCharCode(97 + (length % 26)).repeat(length),
  }));
  const reply = parseCursorReply(serialize({ id: Long.ZERO, ns: 'db.c', firstBatch: documents }));
  const expected = documents.map((document) => serialize(document));
  const unwrapped = unwrapBatch(reply);
  assert.deepEqual(Buffer.from(unwrapped.documents), Buffer.concat(expected));
  assert.deepEqual([unwrapped.count, reply.namespace], [1100, 'db.c']);
  assert.equal(unwrapped.lastDocument, unwrapped.documents.length - expected.at(-1).length);
});

test('an empty batch is no documents', () => {
  for (const cursor of [{ id: Long.ZERO, firstBatch: [] }, { id: Long.ZERO }]) {
    assert.equal(unwrapBatch(parseCursorReply(serialize(cursor))).documents.length, 0);
  }
});

test('a negative length of a string is refused, also one that leads back to the string itself', () => {
  const valid = serialize({ ns: 'db.c' });
  const lengthAt = 4 + '\x02ns\0'.length;
  for (const length of [-1, -lengthAt, -0x80000000]) {
    const broken = Uint8Array.from(valid);
    new DataView(broken.buffer).setInt32(lengthAt, length, true);
    assert.throws(() => parseCursorReply(broken), { code: 'INVALID_SERVER_REPLY' });
  }
});

test('whatever bytes are broken: a reply or INVALID_SERVER_REPLY, never anything else', () => {
  const valid = serialize({ id: Long.ONE, ns: 'db.c', partial: false, firstBatch: batch });
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, length) => {
      const broken = Uint8Array.from(valid.subarray(0, length));
      if (at < broken.length) broken[at] = byte;
      try {
        unwrapBatch(parseCursorReply(broken));
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
        assert.equal(error.code, 'INVALID_SERVER_REPLY');
      }
    }),
    { numRuns: 2000 },
  );
});
