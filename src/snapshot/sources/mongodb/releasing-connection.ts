import type { Socket } from 'node:net';
import { DocumentSequence } from 'mongodb/lib/cmap/commands.js';
import type { CommandMessage } from 'mongodb/lib/cmap/connection.js';
import { releaseBytes } from '../../../kernel/release-bytes.ts';
import { CheckedConnection } from './checked-connection.ts';

/**
 * The driver's connection. It frees memory at once, because the garbage collector would need longer for it than reading and writing take. It
 * frees the chunks that came from the socket: the driver keeps the chunks of a reply until the reply is complete, then copies all of them. It
 * frees the messages that went to the socket. It writes documents that are bytes already without copying them.
 */
export class ReleasingConnection extends CheckedConnection {
  /** The chunks of the reply that is being read; undefined between commands. */
  #chunks: Buffer<ArrayBuffer>[] | undefined;
  /** The sections that belong to the end of the next message. */
  #sections: readonly Uint8Array[] = [];
  /** Ends when the socket has let go of the sections. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(socket: Socket, options: object) {
    super(socket, options);
    socket.on('data', (chunk: Buffer<ArrayBuffer>) => this.#chunks?.push(chunk));
    const write = socket.write.bind(socket);
    // The driver copies the parts of a command to a message of its own, and forgets the message when it is written.
    Object.defineProperty(socket, 'write', {
      // Node.js puts a function of its own here when the server ends the connection.
      writable: true,
      configurable: true,
      value: (message: Buffer<ArrayBuffer>) => {
        const sections = this.#sections;
        if (sections.length === 0) return write(message, () => releaseBytes(message));
        this.#sections = [];
        message.writeInt32LE(
          sections.reduce((sum, { byteLength }) => sum + byteLength, message.byteLength),
          0,
        );
        const { promise, resolve } = Promise.withResolvers<undefined>();
        this.#written = promise;
        socket.cork();
        write(message, () => releaseBytes(message));
        for (const section of sections.slice(0, -1)) write(section);
        // An error also comes as the error of the socket.
        const hasRoom = write(sections.at(-1) ?? '', () => resolve(undefined));
        socket.uncork();
        return hasRoom;
      },
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

  override async writeCommand(message: CommandMessage, options: { readonly agreedCompressor?: string }): Promise<void> {
    if (options.agreedCompressor === 'none') this.#sections = takeSections(message.command);
    await super.writeCommand(message, options);
    // The lender of the documents may free them after the reply, which may come before a hostile server has read them.
    await this.#written;
  }
}

/** Removes the fields whose values are bytes of documents. @returns the sections of the message that they become. */
function takeSections(command: Record<string, unknown> = {}): Uint8Array[] {
  const sections: Uint8Array[] = [];
  for (const [field, value] of Object.entries(command)) {
    if (!(value instanceof DocumentSequence)) continue;
    sections.push(...value.chunks);
    Reflect.deleteProperty(command, field);
  }
  return sections;
}

/** Whether the driver has copied all bytes. It keeps bytes that a server sends behind the end of its reply. */
function isOneMessage(chunks: readonly Buffer[]): boolean {
  const [first] = chunks;
  if (first === undefined || first.byteLength < Int32Array.BYTES_PER_ELEMENT) return false;
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) === first.readInt32LE(0);
}
