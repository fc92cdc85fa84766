import { BSON } from 'mongodb';

const DOCUMENT = 0x03;
const ARRAY = 0x04;

/**
 * Reads a BSON document as values that the driver writes as the same bytes: a document is a Map, because a JavaScript object would move
 * keys that look like integers to the front, and numbers keep their type.
 */
export function orderedDocument(bson: Uint8Array): Map<string, unknown> {
  return new Map(elementsOf(bson, 0));
}

/** The `_id` of a document in the same form; undefined if it has none. */
export function idOf(bson: Uint8Array): unknown {
  for (const [name, value] of elementsOf(bson, 0)) if (name === '_id') return value;
  return undefined;
}

function* elementsOf(bson: Uint8Array, at: number): Generator<[string, unknown]> {
  for (const [type, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(bson, at)) {
    const name = Buffer.from(bson.buffer, bson.byteOffset + nameOffset, nameLength).toString('utf8');
    if (type === DOCUMENT) yield [name, new Map(elementsOf(bson, offset))];
    else if (type === ARRAY) yield [name, [...elementsOf(bson, offset)].map(([, value]) => value)];
    else yield [name, scalar(type, bson.subarray(offset, offset + length))];
  }
}

/** Lets the driver read one value, which becomes a document of its own. */
function scalar(type: number, value: Uint8Array): unknown {
  const bytes = Buffer.alloc(4 + 2 + 1 + value.byteLength + 1);
  bytes.writeInt32LE(bytes.byteLength, 0);
  bytes[4] = type;
  bytes.write('v', 5);
  bytes.set(value, 7);
  const read: Readonly<Record<string, unknown>> = BSON.deserialize(bytes, {
    promoteValues: false,
    bsonRegExp: true,
  });
  return read['v'];
}
