import { DocumentSequence } from 'mongodb/lib/cmap/commands.js';

/**
 * Documents of a command that reach the server as the bytes that they are. As the value of a command's field they become a section
 * of kind 1 of the message.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#kind-1--document-sequence
 * This file is the only one that uses the driver's own class for it. The driver recognizes the section by that class, and sends the bytes
 * of a `push` without a look at them, so the bytes may be many documents.
 */
export function rawDocuments(field: string, bson: Uint8Array): object {
  const sequence = new DocumentSequence(field);
  sequence.push({}, bson);
  return sequence;
}
