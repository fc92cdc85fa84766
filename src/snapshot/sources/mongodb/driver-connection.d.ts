/** The part of the driver's own connection that `ReleasingConnection` builds on; the driver's types leave it out. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  export class Connection {
    constructor(socket: Socket, options: object);
    /** Sends a command and reads its reply. @returns a promise of the reply, whose memory is its own. */
    command(...request: readonly unknown[]): Promise<unknown>;
  }
}
