import { isJsonObject } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';

/** The value at a JSON pointer (RFC 6901), undefined where there is none. */
export function at(value: Json, pointer: string): Json | undefined {
  let current: Json | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    if (Array.isArray(current)) current = (current as readonly Json[])[Number(step)];
    else if (isJsonObject(current)) current = current[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    else return undefined;
  }
  return current;
}
