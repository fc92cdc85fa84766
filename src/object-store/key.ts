import { AppError } from '../kernel/errors.ts';

/** The limit of Amazon S3 for a key in UTF-8. It is the smallest limit of the providers. */
export const MAX_KEY_BYTES = 1024;

/** C0 controls, DEL and the backslash. The backslash is forbidden because it separates folders on some file systems. */
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/**
 * Refuses keys that a file system or a provider might not read as a plain path below the bucket.
 * @throws AppError `INVALID_OBJECT_KEY`
 */
export function assertObjectKey(key: string): void {
  const reason = reasonAgainst(key);
  if (reason === undefined) return;
  throw new AppError({
    code: 'INVALID_OBJECT_KEY',
    message: `${JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}...` : key)} is no key for an object: ${reason}`,
  });
}

export function isObjectKey(text: string): boolean {
  return reasonAgainst(text) === undefined;
}

function reasonAgainst(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (!key.isWellFormed()) return 'it is not Unicode';
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) return `it has ${bytes} bytes, more than ${MAX_KEY_BYTES}`;
  if (FORBIDDEN.test(key)) return 'it holds a control character or a backslash';
  for (const part of key.split('/')) {
    if (part === '') return 'it begins or ends with a slash, or has two in a row';
    if (part === '.' || part === '..') return `it has a part ${JSON.stringify(part)}`;
  }
  return undefined;
}

/** Compares keys by their UTF-8 bytes, which is the order of Amazon S3's listings. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
