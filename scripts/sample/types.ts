import { Decimal128 } from 'bson';
import * as bson from './bson.ts';
import { idIndex, type SampleCollection } from './dump.ts';

const OID = '65a1b2c3d4e5f60718293a4b';
const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 17);
const decimal = (text: string): bson.BsonValue => bson.decimal128(Decimal128.fromString(text).bytes);

/** A value of every BSON type, deprecated ones too, and the values of each that are easily lost on the way to JSON. */
const values: Readonly<Record<string, bson.BsonValue>> = {
  double: bson.double(1.5),
  'double, whole': bson.double(1),
  'double, minus zero': bson.double(-0),
  'double, NaN': bson.double(NaN),
  'double, Infinity': bson.double(Infinity),
  'double, -Infinity': bson.double(-Infinity),
  'double, smallest': bson.double(5e-324),
  'double, largest': bson.double(Number.MAX_VALUE),
  string: bson.string('plain text'),
  'string, escapes': bson.string('quote " backslash \\ tab \t newline \n NUL \0 bell \u0007'),
  'string, unicode': bson.string('größe · 数据 · данные · 🚢'),
  'string, empty': bson.string(''),
  object: bson.document(['inner', bson.document(['deep', bson.int32(1)])], ['empty', bson.document()]),
  'object, dollar keys': bson.document(['$numberInt', bson.string('not a number')], ['a.b', bson.boolean(true)]),
  'object, integer keys': bson.document(['b', bson.int32(1)], ['2', bson.int32(2)], ['1', bson.int32(3)]),
  array: bson.array(bson.int32(1), bson.string('two'), bson.array(bson.nullValue)),
  'array, empty': bson.array(),
  'binary, generic': bson.binary(0, bytes),
  'binary, empty': bson.binary(0, new Uint8Array()),
  'binary, function': bson.binary(1, bytes),
  'binary, old generic': bson.binary(2, Buffer.concat([bson.int32Bytes(bytes.length), bytes])),
  'binary, old UUID': bson.binary(3, bytes),
  'binary, UUID': bson.binary(4, bytes),
  'binary, MD5': bson.binary(5, bytes),
  'binary, encrypted': bson.binary(6, bytes),
  'binary, compressed column': bson.binary(7, bytes),
  'binary, sensitive': bson.binary(8, bytes),
  'binary, vector': bson.binary(9, Buffer.from([0x03, 0x00, 1, 2, 3])),
  'binary, user defined': bson.binary(0x80, bytes),
  'undefined (deprecated)': bson.undefinedValue,
  objectId: bson.objectId(OID),
  'bool, true': bson.boolean(true),
  'bool, false': bson.boolean(false),
  date: bson.datetime(BigInt(Date.UTC(2025, 1, 3, 4, 5, 6, 789))),
  'date, before 1970': bson.datetime(-1n),
  'date, after 9999': bson.datetime(253_402_300_800_000n),
  null: bson.nullValue,
  regex: bson.regex('^a/b"c', 'imx'),
  'dbPointer (deprecated)': bson.dbPointer('shop.orders', OID),
  javascript: bson.code('function () { return 1; }'),
  'symbol (deprecated)': bson.symbol('a symbol'),
  'javascriptWithScope (deprecated)': bson.codeWithScope('function () { return n; }', ['n', bson.int32(1)]),
  int: bson.int32(42),
  'int, smallest': bson.int32(-2_147_483_648),
  'int, largest': bson.int32(2_147_483_647),
  timestamp: bson.timestamp(1_735_689_600, 7),
  'timestamp, largest': bson.timestamp(0xffff_ffff, 0xffff_ffff),
  long: bson.int64(42n),
  'long, over 2^53': bson.int64(9_007_199_254_740_993n),
  'long, smallest': bson.int64(-9_223_372_036_854_775_808n),
  'long, largest': bson.int64(9_223_372_036_854_775_807n),
  decimal: decimal('1234.50'),
  'decimal, NaN': decimal('NaN'),
  'decimal, Infinity': decimal('Infinity'),
  'decimal, minus zero': decimal('-0E+3'),
  'decimal, largest': decimal('9.999999999999999999999999999999999E+6144'),
  'decimal, smallest': decimal('1E-6176'),
  minKey: bson.minKey,
  maxKey: bson.maxKey,
};

export function typesCollections(): SampleCollection[] {
  return [
    {
      database: 'types',
      name: 'every_bson_type',
      indexes: [idIndex, { v: 2, key: { value: 1 }, name: 'value_1' }],
      documents: Object.entries(values).map(([name, value]) => bson.documentBytes([['_id', bson.string(name)], ['value', value]])),
    },
  ];
}
