// DEFLATE (RFC 1951) for Extended JSON, guided by the hints that the transcoder leaves.
//
// A general compressor finds repetitions by searching at every byte. Most of Extended JSON is keys and type wrappers, though, and
// the transcoder knows where it wrote the same ones before; and most of the rest is numbers, in which a search finds little.
// So there are two ways through the text:
//   guided      take matches from the hints, search in strings, and write numbers and the like as they are;
//   exhaustive  search everywhere, as other compressors do, with the hints on top.
// Guided is several times as fast and on most data smaller, since its few distances make short codes. Where values repeat in
// ways that hints do not tell, exhaustive is smaller. A trial on the next bytes decides, again every few megabytes.

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

/** How many places a search compares. */
const GUIDED_DEPTH: u32 = 6;
const EXHAUSTIVE_DEPTH: u32 = 24;

/** Bytes that a trial compresses both ways. */
const TRIAL_BYTES: usize = 12 << 10;
/** Bytes from one trial to the next. */
const TRIAL_PERIOD_BYTES: usize = 4 << 20;
/** Exhaustive must save one part in so many to be worth its time. */
const WORTHWHILE_PART: u64 = 50;

/** A template that its hint does not help with, as under a key that never comes again, is text if it has so many bytes. */
const LONG_TEMPLATE: usize = 8;

/** BSON types whose values are text, in which a search finds matches: string, binary, object id, regex, code and the like. */
const TEXT_TYPES: u32 = (1 << 2) | (1 << 5) | (1 << 7) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14) | (1 << 15);

// Where the way through the text has come to:
/** The first byte that is not dealt with. */
let position: usize = 0;
/** The next hint. */
let hint: usize = 0;
let hintsEnd: usize = 0;
/** Which way was better in the last trial, and where the next one is due. */
let exhaustive: bool = false;
let nextTrial: usize = 0;
/** Whether the text from here to the next hint is to be searched, and for which template. */
let isText: bool = true;
let slot: usize = 0;

/** To be called once before anything else. */
export function prepareDeflate(): void {
  prepareSymbols();
  prepareBlockWriter();
}

/** Begins an output. @param out room for the length of all JSON that is to come, a 64th of it and 64 bytes. */
export function startDeflate(out: usize): void {
  startBits(out);
}

/** Begins a stretch of JSON at `start`. What came before is forgotten: its place may be written over. */
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
 * Compresses the stretch's JSON up to `end`, where what is not compressed yet ends.
 * @param firstHint of those for that JSON, which go up to `lastHintEnd`.
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

/** Writes what was compressed: its JSON may be written over if a new stretch begins. */
export function endStretch(): void {
  if (position > blockStart) endBlock(position);
}

/** Ends the output. @returns its end: DEFLATE without a final block, ended by a sync flush. */
export function endDeflate(): usize {
  writeSyncFlush();
  return output;
}

/** Compresses the next bytes both ways and leaves everything as it was, but for what was learned of templates. */
function isExhaustiveBetter(): bool {
  const trialEnd = position + min(inputEnd - position, TRIAL_BYTES);
  const exhaustiveBits = tryOut(trialEnd, true);
  const guidedBits = tryOut(trialEnd, false);
  return exhaustiveBits + exhaustiveBits / WORTHWHILE_PART < guidedBits;
}

/** @returns bits. */
function tryOut(trialEnd: usize, exhaustive: bool): u64 {
  const positionBefore = position;
  const hintBefore = hint;
  const isTextBefore = isText;
  const slotBefore = slot;
  advance(trialEnd, exhaustive);
  // The way may have gone further than the trial; its price is that of what it went over.
  const bits = (measureBlock(position) * <u64>(trialEnd - positionBefore)) / <u64>(position - positionBefore);
  position = positionBefore;
  hint = hintBefore;
  isText = isTextBefore;
  slot = slotBefore;
  startBlock(position);
  refillChains(position);
  return bits;
}

/** Goes on to `to` or further. */
function advance(to: usize, exhaustive: bool): void {
  for (; hint < hintsEnd && hintPosition(hint) < to; hint += HINT_BYTES) {
    const template = hintPosition(hint);
    const valueStart = template + hintTemplateLength(hint);
    if (valueStart >= searchEnd) continue;
    passValue(template, exhaustive);
    takeHint(template, valueStart, exhaustive);
  }
  // Where the hints end, nothing tells where the last value does.
  if (hint >= hintsEnd) isText = true;
  passValue(to, exhaustive);
}

/** Deals with what lies before `to` and is not dealt with yet. */
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
    // A match from before covers the template. Others are to find this place nevertheless.
    if (withSearch) insert(valueStart);
    return;
  }
  const depth = exhaustive ? EXHAUSTIVE_DEPTH : GUIDED_DEPTH;
  const end = matchAtHint(hint, position, template, valueStart, slot, withSearch, depth);
  if (end > position) position = end;
  else if (valueStart - template >= LONG_TEMPLATE) position = searchText(position, valueStart, noTemplate(), depth);
  else if (!isText) position = valueStart;
}
