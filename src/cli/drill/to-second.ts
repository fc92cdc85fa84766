/** A time of a signed report as all other times are shown, without milliseconds: `2026-08-10T00:00:01Z`. */
export function toSecond(time: string): string {
  return time.replace(/\.\d+(?=Z$)/, '');
}
