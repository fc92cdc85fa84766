import { isJsonObject } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';

/** The value at a JSON pointer (RFC 6901); undefined if there is none. */
export function at(value: Json, pointer: string): Json | undefined {
  let current: Json | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    if (Array.isArray(current)) current = (current as readonly Json[])[Number(step)];
    else if (isJsonObject(current)) current = current[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    else return undefined;
  }
  return current;
}

/** The text at a JSON pointer; anything else there is an error. */
export function textAt(value: Json, pointer: string): string {
  const found = at(value, pointer);
  if (typeof found !== 'string') throw new Error(`no text at ${pointer} of ${JSON.stringify(value)}`);
  return found;
}

/** The text under a key of every row that has one. */
export function texts(rows: readonly Json[], key: string): string[] {
  return rows.flatMap((row) => {
    const value = isJsonObject(row) ? row[key] : undefined;
    return typeof value === 'string' ? [value] : [];
  });
}
