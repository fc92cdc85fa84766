import { basename } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { openObjectStore } from '../object-store/all.ts';
import type { StoreConfig } from '../object-store/contract.ts';
import type { ClusterSource } from '../resources/clusters/index.ts';
import { compose } from './compose.ts';
import type { Settings } from './config.ts';
import { openDataDirectory } from './data-directory.ts';
import { createSourceOpener } from './open-source.ts';
import { profileFile, readProfile } from './profile.ts';
import { firstStart } from './server.ts';

/** The API and the worker of a process that serves nobody else. */
export interface OneShot {
  readonly groupId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly roleId: string | undefined;
  /** Sends a request to the API in this process. */
  readonly fetch: typeof fetch;
  /** Removes the expired snapshots and their blocks. @returns the number of snapshots. */
  removeExpired(signal: AbortSignal): Promise<number>;
  /** Unfinished jobs continue at the next start with the same data directory. */
  stop(): Promise<void>;
}

/** An address that is never asked, because the requests stay in the process. */
export const ONE_SHOT_URL = 'http://one-shot.invalid';

/**
 * Starts the API and the worker without listening.
 * @param options.source the data of every cluster, whatever was registered, because a password may have changed since.
 * @param options.target the store of the bucket `bucketName`.
 * @throws AppError `DATA_DIRECTORY_IN_USE`, `MISSING_OPTION` if the data directory has no profile, and what opening it throws.
 */
export async function startOneShot(
  settings: Settings,
  options: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly source: ClusterSource;
    readonly bucketName: string;
    readonly target: StoreConfig;
  },
): Promise<OneShot> {
  const { clock, logger, source, bucketName, target } = options;
  const directory = await openDataDirectory(settings, { clock });
  const openGiven = createSourceOpener(settings, directory.spool);
  const parts = await compose({
    settings,
    directory,
    clock,
    logger,
    openSource: (_registered, how) => openGiven(source, how),
    openStore: (config, surroundings) =>
      openObjectStore(
        config.kind === 'local' && basename(config.directory) === bucketName ? target : config,
        surroundings,
      ),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([parts.http.close(), parts.worker.stop()]);
    await parts.close();
    await directory.close();
  };
  try {
    const made = await firstStart(parts, directory, ONE_SHOT_URL);
    if (made === undefined) await parts.requireReadableSecrets();
    const { groupId, publicKey, privateKey, roleId } = made ?? readProfile(profileFile(directory.path)) ?? {};
    if (groupId === undefined || publicKey === undefined || privateKey === undefined) {
      throw new AppError({
        code: 'MISSING_OPTION',
        message: `the data directory ${directory.path} has no complete profile.json, which holds the API key`,
        hint: 'Put the file back from your backup, or name another --data-dir.',
      });
    }
    await parts.removeStrayUploads();
    await parts.http.ready();
    parts.worker.start();
    return {
      groupId,
      publicKey,
      privateKey,
      roleId,
      fetch: fetchFrom(parts.http),
      removeExpired: (signal) => parts.removeExpired(signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Answers requests from the API in this process. */
function fetchFrom(http: FastifyInstance): typeof fetch {
  return async (target, init) => {
    const { pathname, search } = new URL(target instanceof Request ? target.url : target);
    const { body } = init ?? {};
    const answer = await http.inject({
      method: methodOf(init?.method),
      url: pathname + search,
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(typeof body === 'string' ? { payload: body } : {}),
    });
    const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(answer.payload === '' ? null : answer.payload, { status: answer.statusCode, headers });
  };
}

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

function methodOf(name = 'GET'): (typeof METHODS)[number] {
  const method = METHODS.find((each) => each === name);
  if (method === undefined) throw new Error(`no request has the method ${name}`);
  return method;
}
