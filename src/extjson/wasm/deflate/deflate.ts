// DEFLATE (RFC 1951) for Extended JSON, guided by the hints of the transcoder.
//
// A general compressor searches for repetitions at every byte. But most of Extended JSON is keys and type wrappers, and
// the transcoder knows where it last wrote the same ones. Most of the rest is numbers, in which a search finds little.
// So there are two ways through the text:
//   guided      takes matches from the hints, searches in strings, and writes numbers and the like as they are;
//   exhaustive  searches everywhere, as other compressors do, and also uses the hints.
// Guided is several times as fast. On most data it is also smaller, because its few distances make short codes.
// Exhaustive is smaller if values repeat in ways that the hints do not show. A trial on the next bytes decides, and is
// repeated every few megabytes.

import { HINT_BYTES, hintBsonType, hintPosition, hintTemplateLength } from '../hints';
import { output, startBits } from './bit-writer';
import { measureBlock, prepareBlockWriter, writeSyncFlush } from './block-writer';
import { endBlock, endBlockIfFull } from './blocks';
import { clearChains, insert, refillChains } from './hash-chains';
import { matchAtHint } from './hint-search';
import { inputEnd, searchEnd, setInputEnd, setInputStart } from './input';
import { resetPrices } from './prices';
import { blockStart, startBlock } from './sequences';
import { prepareSymbols } from './symbols';
import { searchText } from './text-search';
import { forgetTemplates, mayPay, noTemplate, templateSlot } from './templates';

/** The number of places that a search compares. */
const GUIDED_DEPTH: u32 = 6;
const EXHAUSTIVE_DEPTH: u32 = 24;

/** Bytes that a trial compresses both ways. */
const TRIAL_BYTES: usize = 12 << 10;
/** Bytes from one trial to the next. */
const TRIAL_PERIOD_BYTES: usize = 4 << 20;
/** Exhaustive must save one part in this many, because it takes more time. */
const WORTHWHILE_PART: u64 = 50;

/**
 * A template whose hint is of no use, such as that of a key that never comes again, is text if it has at least this
 * many bytes.
 */
const LONG_TEMPLATE: usize = 8;

/**
 * The BSON types whose values are text, in which a search finds matches: string, binary, object id, regex, code and the
 * like.
 */
const TEXT_TYPES: u32 = (1 << 2) | (1 << 5) | (1 << 7) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14) | (1 << 15);

// The position in the text:
/** The first byte that is not compressed yet. */
let position: usize = 0;
/** The next hint. */
let hint: usize = 0;
let hintsEnd: usize = 0;
/** The better way of the last trial, and the place of the next trial. */
let exhaustive: bool = false;
let nextTrial: usize = 0;
/** Whether the text up to the next hint is searched, and for which template. */
let isText: bool = true;
let slot: usize = 0;

/** Prepares the tables. Call it once, before anything else. */
export function prepareDeflate(): void {
  prepareSymbols();
  prepareBlockWriter();
}

/** Begins an output. @param out must have room for the length of all JSON, a 64th of it, and 64 bytes. */
export function startDeflate(out: usize): void {
  startBits(out);
}

/** Begins a stretch of JSON at `start`. Earlier JSON is forgotten and may be overwritten. */
export function startStretch(start: usize): void {
  setInputStart(start);
  startBlock(start);
  resetPrices();
  clearChains();
  forgetTemplates();
  position = start;
  nextTrial = start;
  isText = true;
  slot = noTemplate();
}

/**
 * Compresses the stretch's JSON from where the last call ended up to `end`.
 * @param firstHint the first hint of this JSON. Its hints end at `lastHintEnd`.
 */
export function deflate(end: usize, firstHint: usize, lastHintEnd: usize): void {
  setInputEnd(end);
  hint = firstHint;
  hintsEnd = lastHintEnd;
  while (position < end) {
    if (position >= nextTrial) {
      endStretch();
      exhaustive = isExhaustiveBetter();
      nextTrial = position + TRIAL_PERIOD_BYTES;
    }
    advance(min(end, nextTrial), exhaustive);
  }
}

/** Writes what was compressed. The JSON may then be overwritten if a new stretch begins. */
export function endStretch(): void {
  if (position > blockStart) endBlock(position);
}

/** Ends the output. @returns its end. The output is DEFLATE without a final block, and ends with a sync flush. */
export function endDeflate(): usize {
  writeSyncFlush();
  return output;
}

/** Compresses the next bytes both ways. Restores all state, except for what was learned about templates. */
function isExhaustiveBetter(): bool {
  const trialEnd = position + min(inputEnd - position, TRIAL_BYTES);
  const exhaustiveBits = tryOut(trialEnd, true);
  const guidedBits = tryOut(trialEnd, false);
  return exhaustiveBits + exhaustiveBits / WORTHWHILE_PART < guidedBits;
}

/** @returns the size in bits. */
function tryOut(trialEnd: usize, exhaustive: bool): u64 {
  const positionBefore = position;
  const hintBefore = hint;
  const isTextBefore = isText;
  const slotBefore = slot;
  advance(trialEnd, exhaustive);
  // The way may have gone beyond the trial, so its size is reduced in proportion.
  const bits = (measureBlock(position) * <u64>(trialEnd - positionBefore)) / <u64>(position - positionBefore);
  position = positionBefore;
  hint = hintBefore;
  isText = isTextBefore;
  slot = slotBefore;
  startBlock(position);
  refillChains(position);
  return bits;
}

/** Compresses up to `to` or further. */
function advance(to: usize, exhaustive: bool): void {
  for (; hint < hintsEnd && hintPosition(hint) < to; hint += HINT_BYTES) {
    const template = hintPosition(hint);
    const valueStart = template + hintTemplateLength(hint);
    if (valueStart >= searchEnd) continue;
    passValue(template, exhaustive);
    takeHint(template, valueStart, exhaustive);
  }
  // Behind the last hint, the end of the last value is not known.
  if (hint >= hintsEnd) isText = true;
  passValue(to, exhaustive);
}

/** Compresses the rest before `to`. */
@inline
function passValue(to: usize, exhaustive: bool): void {
  if (position < to) {
    if (isText) position = searchText(position, to, slot, exhaustive ? EXHAUSTIVE_DEPTH : GUIDED_DEPTH);
    else position = to;
  }
  endBlockIfFull(position);
}

@inline
function takeHint(template: usize, valueStart: usize, exhaustive: bool): void {
  const bsonType = hintBsonType(hint);
  slot = templateSlot(template, valueStart - template, bsonType);
  isText = exhaustive || (bsonType < 32 && (TEXT_TYPES & (1 << bsonType)) != 0);
  const withSearch = exhaustive || mayPay(slot);
  if (position >= valueStart) {
    // An earlier match covers the template. The place is entered because other searches must find it.
    if (withSearch) insert(valueStart);
    return;
  }
  const depth = exhaustive ? EXHAUSTIVE_DEPTH : GUIDED_DEPTH;
  const end = matchAtHint(hint, position, template, valueStart, slot, withSearch, depth);
  if (end > position) position = end;
  else if (valueStart - template >= LONG_TEMPLATE) position = searchText(position, valueStart, noTemplate(), depth);
  else if (!isText) position = valueStart;
}
