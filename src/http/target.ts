/** The request target (RFC 9112 section 3.2), taken apart. */
export interface Target {
  /** Percent-encoded path, without query. */
  readonly path: string;
  readonly query: Query;
}

/** The query string, in the client's order. */
export interface Query {
  /** First value of a parameter, decoded. */
  first(name: string): string | undefined;
  /** `name=value` pairs as the client wrote them, except for the parameters named. */
  rawWithout(names: readonly string[]): readonly string[];
}

const NOTHING: Query = { first: () => undefined, rawWithout: () => [] };

/** Takes origin form and absolute form; an empty query (`/path?`) is none. */
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
    .map((raw) => ({ raw, name: decode(raw.split('=', 1)[0] ?? '') }));
  return {
    first(name) {
      const raw = pairs.find((pair) => pair.name === name)?.raw;
      return raw === undefined ? undefined : decode(raw.includes('=') ? raw.slice(raw.indexOf('=') + 1) : '');
    },
    rawWithout: (names) => pairs.filter((pair) => !names.includes(pair.name)).map((pair) => pair.raw),
  };
}

/** Form decoding; what is not well-formed percent-encoding stands for itself. */
function decode(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}
