import { isJsonObject, type Json } from '../../kernel/json.ts';
import type { ExportObject } from './contract.ts';

/** What was kept of an object in an earlier attempt. @throws Error where it is none. */
export function parseExportObject(value: Json): ExportObject {
  if (!isJsonObject(value)) throw new Error('an export object is no JSON object');
  const { key, sha256 } = value;
  if (typeof key !== 'string' || typeof sha256 !== 'string') throw new Error('an export object has no key or hash');
  const count = (name: string): number => {
    const found = value[name];
    if (typeof found !== 'number' || !Number.isSafeInteger(found)) throw new Error(`${name} of ${key} is no count`);
    return found;
  };
  return {
    key,
    bytes: count('bytes'),
    sha256,
    documents: count('documents'),
    firstBlock: count('firstBlock'),
    blocks: count('blocks'),
  };
}
