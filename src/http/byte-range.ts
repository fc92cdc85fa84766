/** The part of a representation that a request gets. `start` to before `end`, counted from 0. */
export type ByteRangeVerdict =
  | { readonly status: 200 | 206; readonly start: number; readonly end: number }
  /** The range begins behind the end. */
  | { readonly status: 416 };

/**
 * Reads the header Range (RFC 9110, section 14.2). One range of bytes is served. Any other range is ignored, as the RFC permits,
 * and so is a range for another version of the representation (`If-Range`, section 13.1.5).
 */
export function byteRange(
  headers: { readonly range?: string | undefined; readonly 'if-range'?: string | undefined },
  { bytes, entityTag }: { readonly bytes: number; readonly entityTag: string },
): ByteRangeVerdict {
  const whole = { status: 200, start: 0, end: bytes } as const;
  const { range, 'if-range': condition } = headers;
  const parsed = RANGE.exec(range ?? '')?.groups;
  if (parsed === undefined || (condition !== undefined && condition !== entityTag)) return whole;
  const { first = '', last = '' } = parsed;
  if (first === '') {
    if (last === '') return whole;
    const length = Math.min(bytes, Number(last));
    return length === 0 ? { status: 416 } : { status: 206, start: bytes - length, end: bytes };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= bytes) return { status: 416 };
  return { status: 206, start, end: last === '' ? bytes : Math.min(bytes, Number(last) + 1) };
}

const RANGE = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/i;
