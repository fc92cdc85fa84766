/**
 * The keys of Extended JSON's type wrappers, of version 2 and of those before it. Parsers take a document that has one of them for a
 * value of that type: MongoDB's driver for Go if the key is the first one, npm's `bson` wherever it stands. The WebAssembly checker
 * has the same list (`wasm/check/type-keys.ts`).
 */
export const TYPE_KEYS: ReadonlySet<string> = new Set([
  '$oid',
  '$date',
  '$uuid',
  '$code',
  '$regex',
  '$binary',
  '$symbol',
  '$minKey',
  '$maxKey',
  '$numberInt',
  '$timestamp',
  '$dbPointer',
  '$undefined',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
  '$regularExpression',
]);
