// The faults of BSON. ../../bson-faults.ts has the same numbers, and says where each fault points.

export const DOCUMENT_LENGTH: i32 = 1;
export const TERMINATOR_MISSING: i32 = 2;
export const TERMINATOR_EARLY: i32 = 3;
export const UNKNOWN_TYPE: i32 = 4;
export const KEY_UNTERMINATED: i32 = 5;
export const VALUE_TRUNCATED: i32 = 6;
export const STRING_LENGTH: i32 = 7;
export const STRING_UNTERMINATED: i32 = 8;
export const BINARY_LENGTH: i32 = 9;
export const INVALID_BOOLEAN: i32 = 10;
export const REGULAR_EXPRESSION_UNTERMINATED: i32 = 11;
export const CODE_WITH_SCOPE_LENGTH: i32 = 12;
export const NESTED_TOO_DEEP: i32 = 13;

/**
 * The first fault, 0 for none. A caller of a function that can fail must check it, because there are no exceptions
 * here.
 */
export let fault: i32 = 0;
export let faultAddress: usize = 0;

export function clearFault(): void {
  fault = 0;
}

export function raise(code: i32, address: usize): void {
  if (fault) return;
  fault = code;
  faultAddress = address;
}
