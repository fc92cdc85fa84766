import type { Socket } from 'node:net';
import { Connection } from 'mongodb/lib/cmap/connection.js';
import { releaseBytes } from '../../../kernel/release-bytes.ts';

/**
 * The driver's connection, which also frees the chunks that came from the socket, and the messages that went to it. The driver keeps the chunks of a
 * reply until the reply is complete, then copies all of them. The garbage collector would need as much time as reading
 * does for the 8 MiB of chunks of each batch.
 */
export class ReleasingConnection extends Connection {
  /** The chunks of the reply that is being read; undefined between commands. */
  #chunks: Buffer<ArrayBuffer>[] | undefined;

  constructor(socket: Socket, options: object) {
    super(socket, options);
    socket.on('data', (chunk: Buffer<ArrayBuffer>) => this.#chunks?.push(chunk));
    const write = socket.write.bind(socket);
    // The driver copies the parts of a command to a message of its own, and forgets the message when it is written.
    Object.defineProperty(socket, 'write', {
      // Node.js puts a function of its own here when the server ends the connection.
      writable: true,
      configurable: true,
      value: (message: Uint8Array<ArrayBuffer>) => write(message, () => releaseBytes(message)),
    });
  }

  override async command(...request: readonly unknown[]): Promise<unknown> {
    const chunks: Buffer<ArrayBuffer>[] = [];
    this.#chunks = chunks;
    try {
      const reply = await super.command(...request);
      if (isOneMessage(chunks)) for (const chunk of chunks) releaseBytes(chunk);
      return reply;
    } finally {
      this.#chunks = undefined;
    }
  }
}

/** Whether the driver has copied all bytes. It keeps bytes that a server sends behind the end of its reply. */
function isOneMessage(chunks: readonly Buffer[]): boolean {
  const [first] = chunks;
  if (first === undefined || first.byteLength < Int32Array.BYTES_PER_ELEMENT) return false;
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) === first.readInt32LE(0);
}
