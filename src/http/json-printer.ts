import type { Json } from '../kernel/json.ts';

/** Prints JSON as Atlas does: compact, or for `pretty=true` with `"key" : value` and two spaces for each object level. */
export function printJson(value: Json, pretty: boolean): string {
  return pretty ? print(value, '') : JSON.stringify(value);
}

// Objects have line breaks, arrays have none: `[ 1, 2 ]`, `[ {⏎…⏎}, {⏎…⏎} ]`, `[ ]`, `{ }`.
function print(value: Json, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => print(item, indent)).join(', ')} ]`;
  }
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)} : ${print(member, inner)}`,
  );
  return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
