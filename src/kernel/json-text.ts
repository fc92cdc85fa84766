/**
 * The text of a JSON value. What must come out as it went in is kept as text: `JSON.parse` puts keys that look like integers
 * first, writes numbers its own way, and drops all but the last of two equal keys.
 */
export type JsonText = string;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The members of a JSON object, each with its value's text; of two equal keys the last. @param object valid JSON. */
export function memberTexts(object: JsonText): ReadonlyMap<string, JsonText> {
  return new Map(parts(object).map(({ key, text }) => [JSON.parse(key) as string, text]));
}

/** The elements of a JSON array. @param array valid JSON. */
export function elementTexts(array: JsonText): readonly JsonText[] {
  return parts(array).map(({ text }) => text);
}

/** What stands between the commas of the outermost object or array; `key` is the text of the key, empty in an array. */
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
