/**
 * The characters that a part of an object key must not contain: separators, control characters, the escape character,
 * and a dot at the start. A dot would make `.`, `..` or a file that readers consider hidden.
 */
const ESCAPED = /[\u0000-\u001f\u007f/\\%]|^\./g;

/**
 * Escapes the name of a database or a collection for one part of a key. It escapes as URLs do, but only where
 * necessary.
 */
export function escapeKeyPart(name: string): string {
  return name.replace(
    ESCAPED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Gives back the name that `escapeKeyPart` escaped. Other texts with a `%` stay as they are, because Atlas's escaping is not documented. */
export function unescapeKeyPart(part: string): string {
  const name = part.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return escapeKeyPart(name) === part ? name : part;
}
