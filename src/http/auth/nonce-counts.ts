/** Requests on parallel connections may arrive out of order. An nc that is this far below the highest nc is refused. */
const WINDOW = 256;
/** Nonces are grouped by the second of their issue, and a group is dropped as a whole. */
const SLICE_MS = 1000;
/** The limit of the record, about 40 MB. Beyond it the oldest nonces become stale early. */
const MAX_NONCES = 200_000;

interface Counts {
  highest: number;
  /** Bit i is set if nc `highest - i` was used. */
  used: bigint;
}

/**
 * The record of used nonce counts (nc). It prevents replays (RFC 7616 section 5.4). Only requests with the right response
 * are recorded, because a stranger must not fill the memory. A full record drops its oldest nonces and refuses every nonce
 * of their age from then on.
 */
export interface NonceCounts {
  /** Records a use. @returns false if this nc of this nonce was used before, or may have been. */
  use(nonce: string, issuedAt: number, nc: number): boolean;
  /** Drops nonces issued before `time` (milliseconds since the Unix epoch). */
  forgetBefore(time: number): void;
  /** Nonces of an earlier time are refused, because their uses are not in the record. Milliseconds since the Unix epoch. */
  readonly acceptedSince: number;
}

/** @param startedAt older nonces are refused, because an earlier process may have accepted them. */
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
