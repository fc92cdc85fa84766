/**
 * The keys of Extended JSON's type wrappers, of version 2 and of earlier versions. Parsers read a document with such a
 * key as a value of that type: MongoDB's driver for Go if it is the first key, npm's `bson` in any place. The
 * WebAssembly checker has the same list (`wasm/check/type-keys.ts`).
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
