/** The part of the driver's own messages that `RawDocuments` builds on; the driver's types leave it out. */
declare module 'mongodb/lib/cmap/commands.js' {
  /** A section of an OP_MSG with the documents of one field of a command. */
  export class DocumentSequence {
    constructor(field: string);
    /** Appends the bytes of a document, which are sent as they are. `document` is for monitoring alone. */
    push(document: object, bytes: Uint8Array): number;
  }
}
