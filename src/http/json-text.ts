import type { Json } from '../kernel/json.ts';
import { malformedJson } from './errors.ts';

const MAX_DEPTH = 32;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON more strictly than `JSON.parse`. Text must be UTF-8 and have at most 32 levels. Equal keys in an object are
 * refused because RFC 8259 section 4 leaves their meaning open.
 * @throws ApiError `MALFORMED_JSON`
 */
export function parseJson(bytes: Uint8Array): Json {
  try {
    const text = decoder.decode(bytes);
    const value = JSON.parse(text) as Json;
    checkTokens(text);
    return value;
  } catch {
    throw malformedJson();
  }
}

/** Checks levels and keys. @param text valid JSON, which a regular expression can split into tokens. */
function checkTokens(text: string): void {
  /** The keys of each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('"')) {
      lastString = JSON.parse(token) as string;
    } else if (token === ':') {
      const keys = open.at(-1);
      if (lastString === undefined || keys?.has(lastString) !== false) throw malformedJson();
      keys.add(lastString);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token !== ',') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw malformedJson();
    }
  }
}
