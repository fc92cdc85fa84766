import type { ObjectInfo } from '../contract.ts';
import { compareKeys } from '../key.ts';

/** Objects whose keys have the same text before their first surrogate. */
interface Held {
  readonly before: string;
  readonly objects: ObjectInfo[];
}

/**
 * Brings a listing into the order of the keys' bytes. The listing is in that order or in the order of UTF-16 code units, which
 * some services use. The two orders differ only where one key has a surrogate and the other has a character from U+E000 to
 * U+FFFF, so only keys with surrogates are held back, until the keys with the same beginning have passed.
 */
export async function* inKeyOrder(listing: AsyncIterable<ObjectInfo>): AsyncGenerator<ObjectInfo> {
  /** The beginning of each group starts with the beginning of the group before it. */
  const held: Held[] = [];
  for await (const object of listing) {
    let group = held[held.length - 1];
    while (group !== undefined && !object.key.startsWith(group.before)) {
      yield* sorted(group);
      held.pop();
      group = held[held.length - 1];
    }
    const at = object.key.search(/[\ud800-\udfff]/);
    if (at < 0) {
      yield object;
      continue;
    }
    const before = object.key.slice(0, at);
    if (group?.before === before) group.objects.push(object);
    else held.push({ before, objects: [object] });
  }
  for (const group of held.toReversed()) yield* sorted(group);
}

function sorted({ objects }: Held): ObjectInfo[] {
  return objects.sort((a, b) => compareKeys(a.key, b.key));
}
