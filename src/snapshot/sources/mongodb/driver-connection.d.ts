/** The part of the driver's own connection that `ReleasingConnection` builds on; the driver's types leave it out. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  /** A command that becomes a message. */
  export interface CommandMessage {
    /** The fields of an OP_MSG. The driver changes this copy of its own. */
    readonly command?: Record<string, unknown>;
  }

  export class Connection {
    constructor(socket: Socket, options: object);
    /** Sends a command and reads its reply. @returns a promise of the reply, whose memory is its own. */
    command(...request: readonly unknown[]): Promise<unknown>;
    /** Sends a command and reads its replies. Topology monitoring has several replies to one command. */
    sendCommand(...request: readonly unknown[]): AsyncGenerator<unknown, void, undefined>;
    /** Writes a command to the socket, in one call of `write`. */
    writeCommand(message: CommandMessage, options: { readonly agreedCompressor?: string }): Promise<void>;
  }
}

/** The part of the driver's own messages that documents sent as bytes build on; the driver's types leave it out. */
declare module 'mongodb/lib/cmap/commands.js' {
  /** A section of an OP_MSG with the documents of one field of a command. */
  export class DocumentSequence {
    constructor(field: string);
    /** The kind, the length and the field, and behind them the documents. */
    readonly chunks: readonly Uint8Array[];
    /** Appends the bytes of a document, which are sent as they are. `document` is for monitoring alone. */
    push(document: object, bytes: Uint8Array): number;
  }
}
