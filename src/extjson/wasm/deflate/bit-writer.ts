// Packs bits as RFC 1951, section 3.1.1 asks: the first bit of a byte is its lowest.

/** Bits that are not in memory yet, the first lowest; fewer than 8 after flushBits. */
export let bitBuffer: u64 = 0;
export let bitCount: u64 = 0;
/** Where the next byte goes. Up to 8 bytes from here may be written over. */
export let output: usize = 0;

export function startBits(to: usize): void {
  bitBuffer = 0;
  bitCount = 0;
  output = to;
}

/** Takes over from a loop that kept the writer's state in its own variables. */
@inline
export function resumeBits(buffer: u64, count: u64, to: usize): void {
  bitBuffer = buffer;
  bitCount = count;
  output = to;
}

/** Adds bits; those above `count` must be 0, and no more than 56 may be added before flushBits. */
@inline
export function putBits(bits: u64, count: u64): void {
  bitBuffer |= bits << bitCount;
  bitCount += count;
}

/** Stores the whole bytes of the buffer. */
@inline
export function flushBits(): void {
  store<u64>(output, bitBuffer);
  output += <usize>(bitCount >> 3);
  bitBuffer >>= bitCount & ~7;
  bitCount &= 7;
}

/** Fills the last byte with zero bits. */
export function alignToByte(): void {
  if (bitCount & 7) bitCount = (bitCount | 7) + 1;
  flushBits();
}
