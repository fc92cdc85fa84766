import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BSON } from 'bson';
import { createDocumentParser, ExtendedJsonError } from './index.ts';

const parser = await createDocumentParser({ lookAlikes: 'keep' });

function parsed(...lines: readonly string[]): readonly unknown[] {
  const { bson, documents } = parser.parse(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
  const found: unknown[] = [];
  for (let at = 0; at < bson.length;) {
    const end = at + Buffer.from(bson).readInt32LE(at);
    found.push(BSON.deserialize(bson.slice(at, end)));
    at = end;
  }
  assert.equal(documents, found.length);
  return found;
}

test('a look-alike is kept as the document that was stored, and what has the form of a type is that type', () => {
  assert.deepEqual(
    parsed(
      '{"a":{"$numberInt":"1"}}',
      '{"a":{"$numberLong":"twelve","b":{"$numberInt":"2"}},"c":{"$numberInt":"3"}}',
      '{"a":[{"$oid":7},{"$code":"x","$scope":{"$date":{"$oid":"no"}}},{"$binary":{"base64":"!"}}]}',
    ).map((document) => JSON.stringify(document)),
    [
      '{"a":1}',
      '{"a":{"$numberLong":"twelve","b":2},"c":3}',
      '{"a":[{"$oid":7},{"code":"x","scope":{"$date":{"$oid":"no"}}},{"$binary":{"base64":"!"}}]}',
    ],
  );
});

test('text that is no JSON is refused with its line, also behind a look-alike', () => {
  assert.throws(
    () => parsed('{"a":{"$numberInt":"x"}}', '{"a":{"$numberInt":"x"}'),
    (thrown) => thrown instanceof ExtendedJsonError && thrown.line === 2,
  );
  assert.throws(() => parsed('{"a":{"$numberInt":"x",}}'), ExtendedJsonError);
});

test('look-alikes in the scopes of look-alikes do not take ever longer', () => {
  const depth = 90;
  const line = `${'{"a":{"$code":"x","$scope":'.repeat(depth)}{"$oid":1}${',"z":1}}'.repeat(depth)}`;
  const start = process.cpuUsage();
  assert.throws(() => parsed(line.slice(0, -1)), ExtendedJsonError);
  assert.ok(process.cpuUsage(start).user < 5_000_000);
});
