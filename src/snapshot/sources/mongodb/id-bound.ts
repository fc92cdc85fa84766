import { BSON, type Document } from 'mongodb';

/** Whether the document at `start` has this `_id`, byte for byte. */
export function hasIdElement(documents: Uint8Array, start: number, element: Uint8Array): boolean {
  const at = start + 4;
  return Buffer.compare(documents.subarray(at, at + element.length), element) === 0;
}

/**
 * Converts an `_id` to a bound for `min` and `max` of a `find`. Undefined for an `_id` that the driver would change,
 * such as an embedded document with keys like "2" and "1".
 */
export function indexBound(element: Uint8Array): Document | undefined {
  const document = Buffer.concat([Buffer.alloc(4), element, Buffer.alloc(1)]);
  document.writeInt32LE(document.length, 0);
  try {
    const bound: Document = BSON.deserialize(document, { promoteValues: false, bsonRegExp: true });
    return document.equals(BSON.serialize(bound)) ? bound : undefined;
  } catch {
    return undefined;
  }
}
