/** One element of an Accept header. */
export interface MediaRange {
  /** Lower case, without parameters: `application/json`, or with wildcards. */
  readonly type: string;
  /** 0 … 1; 0 means "not this". */
  readonly quality: number;
}

const MEDIA_TYPE = /^([!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(;.*)?$/;
const QUALITY = /;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*(?=;|$)/;

/** Parses an Accept header (RFC 9110 section 12.5.1) into media ranges, highest quality first. Skips malformed elements. */
export function parseAccept(header: string): readonly MediaRange[] {
  return splitList(header)
    .flatMap((element) => {
      const match = MEDIA_TYPE.exec(element.toLowerCase());
      const type = match?.[1];
      if (type === undefined) return [];
      return [{ type, quality: Number(QUALITY.exec(match?.[2] ?? '')?.[1] ?? 1) }];
    })
    .sort((a, b) => b.quality - a.quality);
}

// Commas separate elements, except inside a quoted parameter value.
function splitList(header: string): readonly string[] {
  return (header.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? []).map((element) => element.trim());
}
