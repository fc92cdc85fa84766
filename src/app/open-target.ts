import type { Clock } from '../kernel/clock.ts';
import type { OpenTarget } from '../resources/clusters/index.ts';
import { openMongodbTarget } from '../snapshot/targets/index.ts';
import type { Settings } from './config.ts';
import { isPermittedHost, requirePermittedHosts } from './mongodb-hosts.ts';

/** Opens the targets of restores, on the hosts that the settings permit. */
export function createTargetOpener(settings: Pick<Settings, 'host' | 'mongodbHosts'>, clock: Clock): OpenTarget {
  return async ({ uri }) => {
    requirePermittedHosts(uri, settings);
    return await openMongodbTarget(uri, { clock, isPermittedHost: (host) => isPermittedHost(host, settings) });
  };
}
