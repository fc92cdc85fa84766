// What the search learned about each template: whether a search for earlier places with the same value pays, and how
// many searches in its values were in vain. A slot serves all templates with one hash. Sharing a slot only costs some
// compression.

const SLOT_BITS: u32 = 10;
const SLOT_BYTES: usize = 8;
/** Records: misses u16, credit u16, visits u16. */
const SLOTS = memory.data(8 << 10, 16);

const MAX_CREDIT: u32 = 32;
const REWARD: u32 = 8;
/** A template without credit gets a trial on this many visits … */
const TRIAL_VISITS: u32 = 16;
/** … out of this many, which is a power of 2. */
const TRIAL_PERIOD: u32 = 512;

/**
 * After 2 to this power misses in a row, a search advances in steps. The steps grow by one after as many further
 * misses.
 */
const PATIENCE_BITS: u32 = 6;
const MAX_MISSES: u32 = 4096;

export function forgetTemplates(): void {
  for (let slot = SLOTS; slot < SLOTS + (SLOT_BYTES << SLOT_BITS); slot += SLOT_BYTES) {
    store<u64>(slot, <u64>MAX_CREDIT << 16);
  }
}

/** The slot for text without a hint. */
@inline
export function noTemplate(): usize {
  return SLOTS;
}

/** @param position of the template's first byte. Six bytes from there must be readable. */
@inline
export function templateSlot(position: usize, length: usize, bsonType: u32): usize {
  // The first letters of a field's key, or the opening of an item's value.
  const hash = (load<u32>(position, 2) ^ <u32>length ^ (bsonType << 20)) * 0x9e3779b1;
  return SLOTS + <usize>(hash >> (32 - SLOT_BITS)) * SLOT_BYTES;
}

/**
 * Whether to search for an earlier place with this template's value: as long as it pays, and sometimes to try whether
 * it does.
 */
@inline
export function mayPay(slot: usize): bool {
  if (load<u16>(slot, 2)) return true;
  const visits = <u32>load<u16>(slot, 4);
  store<u16>(slot, <u16>(visits + 1), 4);
  return (visits & (TRIAL_PERIOD - 1)) < TRIAL_VISITS;
}

export function hasPaid(slot: usize, paid: bool): void {
  const credit = <u32>load<u16>(slot, 2);
  store<u16>(slot, <u16>(paid ? min(credit + REWARD, MAX_CREDIT) : credit - (credit > 0 ? 1 : 0)), 2);
}

@inline
export function missesOf(slot: usize): u32 {
  return load<u16>(slot);
}

@inline
export function keepMisses(slot: usize, misses: u32): void {
  store<u16>(slot, <u16>misses);
}

@inline
export function afterMiss(misses: u32): u32 {
  // The steps keep changing, because two equal runs of bytes must not stay out of step.
  return misses + 1 < MAX_MISSES ? misses + 1 : MAX_MISSES >> 1;
}

@inline
export function afterMatch(misses: u32, gain: i32): u32 {
  return <u32>max(0, <i32>misses - 4 * gain);
}

@inline
export function stepAfter(misses: u32): usize {
  return 1 + (misses >> PATIENCE_BITS);
}
