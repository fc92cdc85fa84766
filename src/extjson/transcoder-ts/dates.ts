/** 9999-12-31T23:59:59.999Z in milliseconds since 1970. */
const LAST_ISO_DATE_MS = 253_402_300_799_999;
const NO_MILLISECONDS = '.000Z';

/**
 * Formats a time as relaxed Extended JSON does for the years 1970 to 9999: ISO 8601, with milliseconds unless they are
 * 0.
 * @param milliseconds since 1970-01-01T00:00:00Z
 * @returns undefined for other years.
 */
export function formatIsoDate(milliseconds: number): string | undefined {
  if (milliseconds < 0 || milliseconds > LAST_ISO_DATE_MS) return undefined;
  const iso = new Date(milliseconds).toISOString();
  return iso.endsWith(NO_MILLISECONDS) ? `${iso.slice(0, -NO_MILLISECONDS.length)}Z` : iso;
}
