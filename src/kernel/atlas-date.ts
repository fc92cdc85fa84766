// A date, or a date with a time, to the second or finer, with or without a zone (RFC 3339, and ISO 8601 without a zone).
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Parses a time of a request as Atlas does: a time without a zone is UTC.
 * @returns milliseconds since the Unix epoch; undefined if the text is no such time.
 */
export function parseAtlasDate(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, clock, , , zone] = match;
  const time = Date.parse(clock === undefined || zone !== undefined ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
