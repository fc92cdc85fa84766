// Checks whether text is UTF-8 (RFC 3629), 16 bytes at a time: the lookup algorithm of Keiser and Lemire, "Validating
// UTF-8 In Less Than One Instruction Per Byte" (Software: Practice and Experience 51, 2021). Three tables name the
// errors that two bytes may be part of. Their indexes are the high and the low half of one byte and the high half of
// the next byte. An error is real if all three tables name it.

const TOO_SHORT: u8 = 1 << 0;
const TOO_LONG: u8 = 1 << 1;
const OVERLONG_3: u8 = 1 << 2;
const TOO_LARGE: u8 = 1 << 3;
const SURROGATE: u8 = 1 << 4;
const OVERLONG_2: u8 = 1 << 5;
const TOO_LARGE_1000: u8 = 1 << 6;
const OVERLONG_4: u8 = 1 << 6;
const TWO_CONTINUATIONS: u8 = 1 << 7;
/** Errors that do not depend on the low half of the first byte. */
const ANY_LOW_HALF: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS;

/** 16 bytes with all bits and 16 without. The mask for the first n bytes is at 16 - n. */
const MASKS = memory.data(32, 16);
const STEP: usize = 16;

export function prepareUtf8(): void {
  memory.fill(MASKS, 0xff, STEP);
}

/**
 * Whether the text from `input` to `end` is UTF-8. The byte at `end` must be zero, because it reveals a sequence that
 * the end cuts.
 */
@inline
export function isUtf8(input: usize, end: usize): bool {
  const rest = end - input;
  if (rest <= STEP) {
    const bytes = v128.and(v128.load(input), v128.load(MASKS + STEP - rest));
    return !i8x16.bitmask(bytes) || isUtf8From(input, end);
  }
  return isLongUtf8(input, end);
}

/** The text before a byte beyond ASCII is not checked again, because no sequence reaches from there. */
function isLongUtf8(input: usize, end: usize): bool {
  for (; input + 4 * STEP <= end; input += 4 * STEP) {
    const low = v128.or(v128.load(input), v128.load(input, 16));
    const high = v128.or(v128.load(input, 32), v128.load(input, 48));
    if (i8x16.bitmask(v128.or(low, high))) return isUtf8From(input, end);
  }
  for (; input + STEP <= end; input += STEP) {
    if (i8x16.bitmask(v128.load(input))) return isUtf8From(input, end);
  }
  // Some of the last 16 bytes are read for the second time.
  return !i8x16.bitmask(v128.load(end - STEP)) || isUtf8From(input, end);
}

function isUtf8From(input: usize, end: usize): bool {
  const zero = i8x16.splat(0);
  let errors = zero;
  let before = zero;
  for (; input + STEP <= end; input += STEP) {
    const bytes = v128.load(input);
    errors = v128.or(errors, errorsOf(bytes, before));
    before = bytes;
  }
  // The rest of the text, and the zero byte at its end.
  const bytes = v128.and(v128.load(input), v128.load(MASKS + STEP - (end - input)));
  return !v128.any_true(v128.or(errors, errorsOf(bytes, before)));
}

/** Marks the bytes that break their sequence. @param before the 16 bytes before. */
@inline
function errorsOf(bytes: v128, before: v128): v128 {
  const first = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  const byFirstHigh = i8x16.swizzle(
    i8x16(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
      TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
      TOO_SHORT | OVERLONG_2,
      TOO_SHORT,
      TOO_SHORT | OVERLONG_3 | SURROGATE,
      TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
    ),
    i8x16.shr_u(first, 4),
  );
  const byFirstLow = i8x16.swizzle(
    i8x16(
      ANY_LOW_HALF | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
      ANY_LOW_HALF | OVERLONG_2,
      ANY_LOW_HALF,
      ANY_LOW_HALF,
      ANY_LOW_HALF | TOO_LARGE,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000 | SURROGATE,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
      ANY_LOW_HALF | TOO_LARGE | TOO_LARGE_1000,
    ),
    v128.and(first, i8x16.splat(0x0f)),
  );
  const bySecondHigh = i8x16.swizzle(
    i8x16(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    ),
    i8x16.shr_u(bytes, 4),
  );
  const pairErrors = v128.and(v128.and(byFirstHigh, byFirstLow), bySecondHigh);
  // Two continuation bytes in a row are right only as the third and fourth bytes of a sequence.
  const twoBefore = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const threeBefore = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const third = i8x16.sub_sat_u(twoBefore, i8x16.splat(<i8>(0xe0 - 0x80)));
  const fourth = i8x16.sub_sat_u(threeBefore, i8x16.splat(<i8>(0xf0 - 0x80)));
  const continuations = v128.and(v128.or(third, fourth), i8x16.splat(<i8>0x80));
  return v128.xor(continuations, pairErrors);
}
