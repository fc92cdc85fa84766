/**
 * The text of a JSON value. Values that must not change are kept as text, because parsing and printing moves keys that look
 * like integers to the front, rewrites numbers, and drops all but the last of equal keys.
 */
export type JsonText = string;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Splits a JSON object into the texts of its values, by key. The last of equal keys wins. @param object valid JSON. */
export function memberTexts(object: JsonText): ReadonlyMap<string, JsonText> {
  return new Map(parts(object).map(({ key, text }) => [JSON.parse(key) as string, text]));
}

/** Splits a JSON array into the texts of its elements. @param array valid JSON. */
export function elementTexts(array: JsonText): readonly JsonText[] {
  return parts(array).map(({ text }) => text);
}

/** Splits the outermost object or array at its commas. `key` is the text of the key, and is empty in an array. */
function parts(json: JsonText): { readonly key: JsonText; readonly text: JsonText }[] {
  const found: { key: JsonText; text: JsonText }[] = [];
  let depth = 0;
  let start = 0;
  let key = '';
  const endPart = (end: number): void => {
    const text = json.slice(start, end).trim();
    if (text !== '') found.push({ key, text });
    start = end + 1;
  };
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      depth++;
      if (depth === 1) start = index + 1;
    } else if (token === '}' || token === ']') {
      if (depth === 1) endPart(index);
      depth--;
    } else if (depth === 1 && token === ',') {
      endPart(index);
    } else if (depth === 1 && token === ':') {
      key = json.slice(start, index).trim();
      start = index + 1;
    }
  }
  return found;
}
