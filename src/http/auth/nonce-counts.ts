/** How far behind the highest nc a request may arrive and still be told from a replay (parallel connections). */
const WINDOW = 256;
/** Nonces are forgotten by the second in which they were issued. */
const SLICE_MS = 1000;
/** About 40 MB of records; past that the oldest nonces are declared stale early. */
const MAX_NONCES = 200_000;

interface Counts {
  highest: number;
  /** Bit i: nc `highest - i` was used. */
  used: bigint;
}

/**
 * Which nonce counts (nc) of which nonces were used, so that no request can be sent twice (RFC 7616 section 5.4). Only
 * requests with the right response are recorded, so memory follows the work of real clients, and it is bounded: when
 * the record is full its oldest nonces go, and none of their age is accepted any more.
 */
export interface NonceCounts {
  /** False if this nc of this nonce was used before, or may have been. */
  use(nonce: string, issuedAt: number, nc: number): boolean;
  /** Drops nonces issued before `time` (milliseconds since the Unix epoch). */
  forgetBefore(time: number): void;
  /** Nonces issued before this moment are not to be accepted: what they were used for is not known any more. */
  readonly acceptedSince: number;
}

/** @param startedAt nonces from before may have been used with an earlier process, whose record is gone. */
export function createNonceCounts(startedAt: number, maxNonces = MAX_NONCES): NonceCounts {
  const slices = new Map<number, Map<string, Counts>>();
  let size = 0;
  let acceptedSince = startedAt;

  const drop = (slice: number): void => {
    size -= slices.get(slice)?.size ?? 0;
    slices.delete(slice);
  };
  const dropOldest = (): void => {
    const oldest = Math.min(...slices.keys());
    drop(oldest);
    acceptedSince = Math.max(acceptedSince, (oldest + 1) * SLICE_MS);
  };

  return {
    use(nonce, issuedAt, nc) {
      if (issuedAt < acceptedSince || nc < 1) return false;
      const number = Math.floor(issuedAt / SLICE_MS);
      const slice = slices.get(number) ?? new Map<string, Counts>();
      slices.set(number, slice);
      const counts = slice.get(nonce);
      if (counts !== undefined) return useNext(counts, nc);
      slice.set(nonce, { highest: nc, used: 1n });
      size += 1;
      if (size > maxNonces) dropOldest();
      return true;
    },
    forgetBefore(time) {
      for (const number of slices.keys()) {
        if ((number + 1) * SLICE_MS <= time) drop(number);
      }
    },
    get acceptedSince() {
      return acceptedSince;
    },
  };
}

function useNext(counts: Counts, nc: number): boolean {
  const ahead = nc - counts.highest;
  if (ahead > 0) {
    counts.used = ahead >= WINDOW ? 1n : BigInt.asUintN(WINDOW, (counts.used << BigInt(ahead)) | 1n);
    counts.highest = nc;
    return true;
  }
  if (-ahead >= WINDOW) return false;
  const bit = 1n << BigInt(-ahead);
  if ((counts.used & bit) !== 0n) return false;
  counts.used |= bit;
  return true;
}
