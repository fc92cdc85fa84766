import type { Clock } from '../kernel/clock.ts';
import type { OpenTarget } from '../resources/clusters/index.ts';
import { openMongodbTarget, openStandingDump } from '../snapshot/targets/index.ts';
import type { Settings } from './config.ts';
import { isPermittedHost, requirePermittedHosts } from './mongodb-hosts.ts';

/** Opens the targets of restores: deployments on the hosts that the settings permit, and the dumps of templates. */
export function createTargetOpener(settings: Pick<Settings, 'host' | 'mongodbHosts'>, clock: Clock): OpenTarget {
  return async (source) => {
    if (source.kind === 'mongodump') return await openStandingDump(source.directory);
    const { uri } = source;
    requirePermittedHosts(uri, settings);
    return await openMongodbTarget(uri, { clock, isPermittedHost: (host) => isPermittedHost(host, settings) });
  };
}
