import { EventEmitter } from 'node:events';
import { MongoServerSelectionError } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import { CheckedConnection } from './checked-connection.ts';
import { isHost } from './connection-string.ts';
import { isTransient } from './errors.ts';
import { MEMBER_FIELDS, type HelloReply } from './hello-reply.ts';

/** Keeps a driver that watches a deployment from all hosts that may not be connected to. */
export class PermittedMembers {
  readonly #isPermittedHost: (address: string) => boolean;
  /** The members that the deployment named and that were hidden from the driver. */
  readonly #refused = new Set<string>();

  constructor(isPermittedHost: (address: string) => boolean) {
    this.#isPermittedHost = isPermittedHost;
  }

  /** Options of a client. The driver takes them, and its types leave them out. */
  get clientOptions(): object {
    const restrict = (reply: HelloReply): void => this.#restrict(reply);
    return {
      connectionType: class extends CheckedConnection {
        protected override checkHello(reply: HelloReply): void {
          super.checkHello(reply);
          restrict(reply);
        }
      },
      srvPoller: new NoSrvPoller(),
    };
  }

  /**
   * Checks the hosts that a client begins with. The SRV record of a connection string may name others than its own domain.
   * @throws AppError `MONGODB_HOST_NOT_PERMITTED`
   */
  requireAll(addresses: readonly string[]): void {
    const refused = addresses.find((address) => !this.#isPermittedHost(address));
    if (refused !== undefined)
      throw notPermitted(`the deployment names the member ${refused}, which may not be connected to`);
  }

  /** The error of a selection that failed. It names the members that were hidden, because one of them may be the wanted one. */
  failureOf(cause: unknown): unknown {
    if (!(cause instanceof MongoServerSelectionError) || this.#refused.size === 0) return cause;
    const names = [...this.#refused].join(', ');
    const message = `no server of the deployment could be selected (${messageOf(cause)}), and its members ${names} may not be connected to`;
    return notPermitted(message, cause);
  }

  /** Removes members from a reply, because the driver connects to each one that a reply names. */
  #restrict(reply: HelloReply): void {
    for (const field of MEMBER_FIELDS) {
      const addresses = reply[field] as readonly string[] | null | undefined;
      if (addresses) reply[field] = addresses.filter((address) => this.#admits(address));
    }
  }

  #admits(address: string): boolean {
    // The driver takes a name with that ending for a socket.
    const admits = isHost(address) && !address.endsWith('.sock') && this.#isPermittedHost(address);
    if (!admits) this.#refused.add(address);
    return admits;
  }
}

/**
 * Replaces the part of the driver that looks up the SRV record of a sharded cluster again and connects to each new host. A
 * client lives as long as one attempt of a job.
 */
class NoSrvPoller extends EventEmitter {
  start(): void {}
  stop(): void {}
}

function notPermitted(message: string, cause?: unknown): AppError {
  return new AppError({
    code: 'MONGODB_HOST_NOT_PERMITTED',
    message: `${message}; the server's option --mongodb-hosts says which hosts may`,
    hint: 'Name every member of the deployment in --mongodb-hosts, such as *.db.example.com.',
    // The wanted member may be a permitted one that is down.
    transient: cause !== undefined && isTransient(cause),
    cause,
  });
}
