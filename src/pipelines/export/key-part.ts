/**
 * What cannot stand in one part of an object key: the separators, control characters, the escape character itself, and a dot
 * at the start, which would make `.`, `..` or a file that readers take for hidden.
 */
const ESCAPED = /[\u0000-\u001f\u007f/\\%]|^\./g;

/** A database's or collection's name as one part of a key: escaped as in a URL, but only where it must be. */
export function escapeKeyPart(name: string): string {
  return name.replace(
    ESCAPED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
