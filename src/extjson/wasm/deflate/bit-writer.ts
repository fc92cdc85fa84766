// Packs bits as RFC 1951, section 3.1.1 defines: the first bit of a byte is its lowest.

/** The bits that are not in memory yet, with the first bit lowest. After flushBits there are fewer than 8. */
export let bitBuffer: u64 = 0;
export let bitCount: u64 = 0;
/** The address of the next byte. Up to 8 bytes from there may be overwritten. */
export let output: usize = 0;

export function startBits(to: usize): void {
  bitBuffer = 0;
  bitCount = 0;
  output = to;
}

/** Takes the state back from a loop that kept it in local variables. */
@inline
export function resumeBits(buffer: u64, count: u64, to: usize): void {
  bitBuffer = buffer;
  bitCount = count;
  output = to;
}

/** Adds bits. Bits above `count` must be 0. At most 56 bits may be added before flushBits. */
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
