import type { Json } from '../kernel/json.ts';
import { malformedJson } from './errors.ts';

const MAX_DEPTH = 32;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON more strictly than `JSON.parse`: UTF-8 only, no key twice in an object (RFC 8259 section 4 leaves the
 * meaning open), at most 32 levels, no lone surrogates and no NUL in strings (not every database can store them).
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

/** @param text valid JSON: its tokens can be told apart without parsing again. */
function checkTokens(text: string): void {
  /** Per open object its keys, per open array undefined. */
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('"')) {
      lastString = JSON.parse(token) as string;
      if (!lastString.isWellFormed() || lastString.includes('\0')) throw malformedJson();
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
