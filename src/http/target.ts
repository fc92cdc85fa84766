/** A parsed request target (RFC 9112 section 3.2). */
export interface Target {
  /** The percent-encoded path, without the query. */
  readonly path: string;
  readonly query: Query;
}

/** A query string. Its parameters keep the client's order. */
export interface Query {
  /** Returns the first value of a parameter, decoded. An empty value is none, because clients send parameters that they leave empty. */
  first(name: string): string | undefined;
  /** Returns all values of a parameter, decoded, without empty ones. */
  all(name: string): readonly string[];
  /** Returns the encoded `name=value` pairs of the client, without the parameters of these names. */
  rawWithout(names: readonly string[]): readonly string[];
}

const NOTHING: Query = { first: () => undefined, all: () => [], rawWithout: () => [] };

/** Parses a target in origin form or absolute form. An empty query (`/path?`) counts as none. */
export function parseTarget(target: string): Target {
  const originForm = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = originForm.indexOf('?');
  const path = (mark < 0 ? originForm : originForm.slice(0, mark)) || '/';
  const text = mark < 0 ? '' : originForm.slice(mark + 1);
  return { path, query: text === '' ? NOTHING : parseQuery(text) };
}

function parseQuery(text: string): Query {
  const pairs = text
    .split('&')
    .filter((raw) => raw !== '')
    .map((raw) => {
      const [name = ''] = raw.split('=', 1);
      return { raw, name: decode(name), value: decode(raw.slice(name.length + 1)) };
    });
  const all = (name: string) =>
    pairs.filter((pair) => pair.name === name && pair.value !== '').map(({ value }) => value);
  return {
    first: (name) => all(name)[0],
    all,
    rawWithout: (names) => pairs.filter((pair) => !names.includes(pair.name)).map((pair) => pair.raw),
  };
}

/** Decodes form encoding. Malformed percent-encoding stays unchanged. */
function decode(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}
