import type { Document } from 'mongodb';
import { createRetry } from '../../../kernel/retry.ts';
import type { Deployment, DeploymentServer } from '../../sources/deployments.ts';
import { commandFailure, mayPass } from './errors.ts';

/** Ten tries and about 100 s of pauses, because an election takes some 12 s and a restarting server longer. */
const POLICY = { tries: 10, firstPauseMs: 200 };

export interface PrimaryCommand {
  readonly database: string;
  /** Makes the command of one try, because the driver changes the command that it sends. */
  readonly command: () => Document;
  /** What the command does, for errors, such as `creating shop.orders`. */
  readonly doing: string;
  readonly signal: AbortSignal;
  /** Whether the command may be sent again after its outcome was not known. Absent: it may. */
  readonly isIdempotent?: boolean;
}

/** The server of a deployment that takes writes: the primary of a replica set, a mongos, or a standalone server. */
export class Primary {
  readonly #deployment: Deployment;
  readonly #retry = createRetry(mayPass, POLICY);

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** Runs a command; again after a failure that may pass, perhaps at another server. @throws AppError */
  async run({ database, command, doing, signal, isIdempotent = true }: PrimaryCommand): Promise<Document> {
    return await this.try(doing, signal, (server) => server.command(database, command(), { signal }), isIdempotent);
  }

  /** Calls a function with the primary; again after a failure that may pass. @throws AppError */
  async try<T>(
    doing: string,
    signal: AbortSignal,
    action: (server: DeploymentServer) => Promise<T>,
    isIdempotent = true,
  ): Promise<T> {
    try {
      const once = async (): Promise<T> => {
        const server = await this.#deployment.server();
        try {
          return await action(server);
        } catch (thrown) {
          if (mayPass(thrown)) await this.#deployment.giveUp(server);
          throw thrown;
        }
      };
      return isIdempotent ? await this.#retry(once, signal) : await once();
    } catch (thrown) {
      signal.throwIfAborted();
      throw commandFailure(doing, thrown);
    }
  }
}
