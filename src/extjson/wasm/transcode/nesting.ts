// The stack of open documents and arrays around the current one.
//
// A frame of 16 bytes:
//
//   bytes  0..3   the document's terminator
//   bytes  4..7   the place of its opening bracket in the output
//   bytes  8..11  its kind: see below

import { MAX_NESTING } from './bson-types';

export const IS_DOCUMENT: u32 = 0;
export const IS_ARRAY: u32 = 1;
/** The document of code with scope. A wrapper is closed behind it. */
export const IS_SCOPE: u32 = 2;

const FRAME_BYTES: usize = 16;
const FRAMES = memory.data(200 * 16, 16);

let framesEnd: usize = 0;

export function leaveAll(): void {
  framesEnd = FRAMES;
}

/** Whether no further document may be opened. The current document has no frame. */
@inline
export function isDeepest(): bool {
  return framesEnd == FRAMES + (<usize>MAX_NESTING - 1) * FRAME_BYTES;
}

@inline
export function isOutermost(): bool {
  return framesEnd == FRAMES;
}

@inline
export function enter(limit: usize, bracket: usize, kind: u32): void {
  store<u32>(framesEnd, <u32>limit);
  store<u32>(framesEnd, <u32>bracket, 4);
  store<u32>(framesEnd, kind, 8);
  framesEnd += FRAME_BYTES;
}

/** Removes the last frame. The three functions below read it. */
@inline
export function leave(): void {
  framesEnd -= FRAME_BYTES;
}

@inline
export function outerLimit(): usize {
  return load<u32>(framesEnd);
}

@inline
export function outerBracket(): usize {
  return load<u32>(framesEnd, 4);
}

@inline
export function outerKind(): u32 {
  return load<u32>(framesEnd, 8);
}
