import { Binary, Decimal128, deserialize, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

const ids = new WeakMap<Uint8Array, unknown>();

/** Returns the `_id` of a document as a value of the `bson` package. A document is parsed once, because it is compared often. */
export function idOf(document: Uint8Array): unknown {
  if (!ids.has(document)) {
    const parsed: Readonly<Record<string, unknown>> = deserialize(document, {
      useBigInt64: true,
      validation: { utf8: false },
    });
    ids.set(document, parsed['_id']);
  }
  return ids.get(document);
}

/** Compares two values in MongoDB's order. It knows only the types that tests use for an `_id`. */
export function compareIds(a: unknown, b: unknown): number {
  const rank = typeRank(a) - typeRank(b);
  if (rank !== 0) return rank;
  const [x, y] = [sortable(a), sortable(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

// https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
function typeRank(value: unknown): number {
  if (value instanceof MinKey) return 0;
  if (value === undefined || value === null) return 1;
  if (typeof value === 'number' || typeof value === 'bigint') return 2;
  // Timestamp is tested before Long, because the class Timestamp extends Long.
  if (value instanceof Timestamp) return 9;
  if (value instanceof Long || value instanceof Double || value instanceof Int32) return 2;
  if (value instanceof Decimal128) return 2;
  if (typeof value === 'string') return 3;
  if (value instanceof Binary) return 5;
  if (value instanceof ObjectId) return 6;
  if (typeof value === 'boolean') return 7;
  if (value instanceof Date) return 8;
  if (value instanceof MaxKey) return 11;
  return 4;
}

function sortable(value: unknown): number | bigint | string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (value instanceof Binary) return Buffer.from(value.buffer).toString('hex');
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Timestamp) return value.toBigInt();
  if (value instanceof Date || typeof value === 'boolean') return Number(value);
  if (value instanceof Long || value instanceof Double || value instanceof Int32) return Number(value);
  if (value instanceof Decimal128) return Number(value.toString());
  return JSON.stringify(value);
}
