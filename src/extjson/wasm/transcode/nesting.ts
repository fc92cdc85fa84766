// The documents and arrays that are open around the one at hand.
//
// A frame, 16 bytes:
//
//   bytes  0..3   the document's terminator
//   bytes  4..7   where its opening bracket goes in the output
//   bytes  8..11  what it is: see below

import { MAX_NESTING } from './bson-types';

export const IS_DOCUMENT: u32 = 0;
export const IS_ARRAY: u32 = 1;
/** The document of code with scope, behind which a wrapper is to be closed. */
export const IS_SCOPE: u32 = 2;

const FRAME_BYTES: usize = 16;
const FRAMES = memory.data(200 * 16, 16);

let framesEnd: usize = 0;

export function leaveAll(): void {
  framesEnd = FRAMES;
}

/** Whether one document more would be too many: the one at hand has no frame. */
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

/** Drops the last frame, to be read by the three functions below. */
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
