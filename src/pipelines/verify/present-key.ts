/** Below the prefix, an object's key is `<database>/<collection>/<file>`, because a name contains no slash in a key. */
export const PARTS_BELOW_PREFIX = 3;

/** The present key of an object whose key in the manifest is that of the bucket that it was written to; undefined if that is no such key. */
export function presentKey(key: string, prefix: string): string | undefined {
  const parts = key.split('/');
  if (parts.length <= PARTS_BELOW_PREFIX) return undefined;
  return [...(prefix === '' ? [] : [prefix]), ...parts.slice(-PARTS_BELOW_PREFIX)].join('/');
}
