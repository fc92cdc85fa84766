import { MongoUnexpectedServerResponseError } from 'mongodb';
import { Connection } from 'mongodb/lib/cmap/connection.js';
import { wrongField, type HelloReply } from './hello-reply.ts';

/** The driver's connection. It fails on a reply to `hello` that would end the process in the driver. */
export class CheckedConnection extends Connection {
  override async *sendCommand(...request: readonly unknown[]): AsyncGenerator<unknown, void, undefined> {
    const [, command] = request;
    for await (const reply of super.sendCommand(...request)) {
      if (isHello(command)) this.checkHello(reply as HelloReply);
      yield reply;
    }
  }

  /** @throws MongoUnexpectedServerResponseError */
  protected checkHello(reply: HelloReply): void {
    const field = wrongField(reply);
    if (field === undefined) return;
    throw new MongoUnexpectedServerResponseError(
      `the server's reply to hello has a value for ${field} that is not valid`,
    );
  }
}

/** Drivers use the old name until a server has said that it knows the new one. */
function isHello(command: unknown): boolean {
  return typeof command === 'object' && command !== null && ('hello' in command || 'ismaster' in command);
}
