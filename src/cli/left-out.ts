import type { LeftOut } from './documents.ts';

/**
 * The largest number of things that output for people names, because a dump may leave out thousands. The JSON of
 * commands and of the API names all.
 */
export const MAX_NAMED = 20;

/** Lines that say what of a source is not taken. */
export function describeLeftOut(leftOut: Readonly<LeftOut>): readonly string[] {
  if (leftOut.length === 0) return [];
  const rest = leftOut.length - MAX_NAMED;
  return [
    'Left out:',
    ...leftOut.slice(0, MAX_NAMED).map(({ name, reason }) => `  ${printable(name)}: ${printable(reason)}`),
    ...(rest > 0 ? [`  and ${rest} more, which the API names`] : []),
  ];
}

/** Without characters that a terminal obeys, because names in a source may be anything. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
