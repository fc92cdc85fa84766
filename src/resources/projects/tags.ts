import { Type } from 'typebox';
import { invalidTag } from './errors.ts';
import type { Tag } from './model.ts';

const MAX_LENGTH = 255;
const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{N} ;@_\-.+]*$/u;

// The length is checked in `requireValidTags`, because Atlas's error names the limit.
const Text = Type.String({
  minLength: 1,
  description: `At most ${MAX_LENGTH} letters, digits, spaces and ; @ _ - . +`,
});

/** The tags in a body. */
export const TagsBody = Type.Array(Type.Object({ key: Text, value: Text }), { maxItems: MAX_TAGS });

/** @throws ApiError `INVALID_ATTRIBUTE` that names the first wrong key or value. */
export function requireValidTags(tags: readonly Tag[]): void {
  for (const [index, { key, value }] of tags.entries()) {
    const isTwice = tags.findIndex((tag) => tag.key === key) < index;
    if (isTwice) throw invalidTag(`tags[${index}].key`, `there are two tags with the key ${key}`);
    for (const [name, text] of Object.entries({ key, value })) {
      const fault = faultOf(text);
      if (fault !== undefined) throw invalidTag(`tags[${index}].${name}`, `the tag ${name} ${fault}`);
    }
  }
}

// The words are those that Atlas's provider for Terraform expects.
function faultOf(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `exceeded the maximum allowed length of ${MAX_LENGTH} characters`;
  if (ALLOWED.test(text)) return undefined;
  return `${text} contains invalid characters. Allowable characters include letters, numbers, spaces and ; @ _ - . +`;
}
