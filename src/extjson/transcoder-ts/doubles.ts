import { writeInteger } from './integers.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';

const POINT_ZERO = ascii('.0');
const MINUS_ZERO = '-0.0';
/**
 * The length of the longest double: an integer below 1e21 with sign and `.0`, or 17 digits with sign, point and
 * exponent.
 */
export const MAX_DOUBLE_BYTES = 32;

/**
 * Writes a double as the shortest decimal that reads back as the same double, in the form of ECMAScript's
 * Number::toString. Integers below 1e21 are written with all digits and `.0`, because a reader must still see a double.
 * The other values are `NaN`, `Infinity` and `-Infinity`.
 */
export function writeDouble(value: number, writer: ByteWriter): void {
  if (!Number.isInteger(value)) {
    writer.text(String(value));
  } else if (Object.is(value, -0)) {
    writer.text(MINUS_ZERO);
  } else if (Number.isSafeInteger(value)) {
    writeInteger(value, writer);
    writer.token(POINT_ZERO);
  } else {
    writer.text(value.toFixed(1));
  }
}
