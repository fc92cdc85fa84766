import { AppError } from '../kernel/errors.ts';
import { permittingEntry } from '../kernel/host-list.ts';
import { parseConnectionString } from '../snapshot/sources/index.ts';
import type { Settings } from './config.ts';
import { isLoopback } from './loopback.ts';

type HostSettings = Pick<Settings, 'mongodbHosts' | 'host'>;

/**
 * Whether clusters may be read from a host. The operator limits the hosts because the server reaches hosts that its callers may
 * not reach. Without a list, a server on a loopback address reads any host, and any other server reads none.
 * @param host `host` or `host:port`.
 */
export function isPermittedHost(host: string, { mongodbHosts, host: ownHost }: HostSettings): boolean {
  if (mongodbHosts === undefined) return isLoopback(ownHost);
  return permittingEntry(host, mongodbHosts) !== undefined;
}

/**
 * Refuses a connection string with a host that is not permitted.
 * @throws AppError `MONGODB_HOST_NOT_PERMITTED`
 */
export function requirePermittedHosts(uri: string, settings: HostSettings): void {
  const hosts = parseConnectionString(uri)?.hosts ?? [];
  const refused = hosts.find((host) => !isPermittedHost(host, settings));
  if (refused === undefined) return;
  throw new AppError({
    code: 'MONGODB_HOST_NOT_PERMITTED',
    message: `clusters may not be registered from the host ${refused}; the server's option --mongodb-hosts says from which`,
    hint: 'Start the server with --mongodb-hosts and the hosts of your deployments, such as *.db.example.com.',
  });
}
