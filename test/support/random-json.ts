import type { Random } from './random.ts';

/** What makes parsers stumble: tokens, openings of typed values, numbers and escapes at the limits. */
const PIECES = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\t', '\r', '\n', '{}', '[]', '""', 'true', 'false', 'null', 'tru'],
  ...[
    '{"$oid":"',
    '{"$numberInt":"',
    '{"$numberLong":"',
    '{"$numberDouble":"',
    '{"$date":"',
    '{"$date":{"$numberLong":"',
  ],
  ...['{"$numberInt":"7"}', '{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}', '{"$minKey":1}', '{"$undefined":true}'],
  ...[
    '{"$binary":{"base64":"AQ==","subType":"2"}}',
    '{"$binary":"AQID","$type":"0"}',
    '{"$regex":"a","$options":"mi"}',
  ],
  ...[
    '{"$code":"","$scope":{',
    '"$scope":',
    '"$type":"00"',
    '"$options":"',
    '{"$timestamp":{"i":1,"t":2}}',
    '{"$symbol":"',
  ],
  ...[
    '{"$date":"2024-02-29T12:00:00.5+01:00"}',
    '{"$dbPointer":{"$id":{"$oid":"00112233445566778899aabb"},"$ref":""}}',
  ],
  ...['{"$numberDecimal":"-1.5E+3"}', '{ "$numberInt" : "1" }', '{"\\u0024oid":"', '"\\u0024scope":'],
  ...['0', '-', '-0', '1', '9', '.', 'e', 'E+', '1e400', '-1e-400', '0.1', '00', '99999999999999999999', '2147483648'],
  ...[
    '9223372036854775807',
    '-9223372036854775808',
    '123456789012345678901234567890.5',
    '5e-324',
    '2.4703282292062327e-324',
  ],
  ...['\\n', '\\u0000', '\\ud83c\\udf89', '\\ud83c', '\\udf89', '\\u12', '\\x', '\u0001', 'é', '🎉', '\u2028'],
]
  .map((piece) => Buffer.from(piece))
  .concat(['e9', 'c080', 'eda080', 'f4908080', '80', 'e282', 'ff'].map((hex) => Buffer.from(hex, 'hex')));

/** Changes a text in some places, but leaves most of it intact. */
export function mutatedJson(random: Random, json: Buffer): Buffer {
  let text = Buffer.from(json);
  for (let left = 1 + random.below(3); left > 0 && text.length > 0; left--) {
    const at = random.below(text.length);
    const other = random.below(text.length);
    const piece = PIECES[random.below(PIECES.length)] ?? Buffer.alloc(0);
    switch (random.below(6)) {
      case 0:
        text = text.subarray(0, at);
        break;
      case 1:
        text = Buffer.concat([text.subarray(0, at), text.subarray(at + 1 + random.below(8))]);
        break;
      case 2:
        // A part comes twice, or elsewhere.
        text = Buffer.concat([text.subarray(0, at), text.subarray(other, other + random.below(40)), text.subarray(at)]);
        break;
      case 3:
        text = Buffer.concat([text.subarray(0, at), piece, text.subarray(at + piece.length)]);
        break;
      default:
        text = Buffer.concat([text.subarray(0, at), piece, text.subarray(at)]);
    }
  }
  return text;
}
