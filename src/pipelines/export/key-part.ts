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
