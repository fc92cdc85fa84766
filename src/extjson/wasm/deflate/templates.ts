// What the search learned of each template: whether looking for earlier places with the same value pays, and how often a search
// in its values was in vain. A slot serves the templates of one hash; to share one costs some compression and nothing else.

const SLOT_BITS: u32 = 10;
const SLOT_BYTES: usize = 8;
/** Records of misses u16, credit u16, visits u16. */
const SLOTS = memory.data(8 << 10, 16);

const MAX_CREDIT: u32 = 32;
const REWARD: u32 = 8;
/** A template without credit is tried again in this many visits … */
const TRIAL_VISITS: u32 = 16;
/** … of each this many, a power of 2. */
const TRIAL_PERIOD: u32 = 512;

/** After this many misses in a row a search goes on in steps, which grow by one with as many misses again. */
const PATIENCE_BITS: u32 = 6;
const MAX_MISSES: u32 = 1024;

export function forgetTemplates(): void {
  for (let slot = SLOTS; slot < SLOTS + (SLOT_BYTES << SLOT_BITS); slot += SLOT_BYTES) {
    store<u64>(slot, <u64>MAX_CREDIT << 16);
  }
}

/** For text that no hint speaks of. */
@inline
export function noTemplate(): usize {
  return SLOTS;
}

/** @param position of the template's first byte; six bytes from there must be readable. */
@inline
export function templateSlot(position: usize, length: usize, bsonType: u32): usize {
  // Of a field the key's first letters, of an array's item the opening of its value.
  const hash = (load<u32>(position, 2) ^ <u32>length ^ (bsonType << 20)) * 0x9e3779b1;
  return SLOTS + <usize>(hash >> (32 - SLOT_BITS)) * SLOT_BYTES;
}

/** Whether to look for an earlier place with this template's value: while it pays, and now and then to see if it does. */
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
  // The steps keep changing, so that two equal runs of bytes cannot be out of step with each other for ever.
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
