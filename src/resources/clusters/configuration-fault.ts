import { isShared, type Configuration, type RegionConfig, type Shard } from './configuration.ts';
import { INSTANCE_SIZES, SHARED_SIZES } from './instance-sizes.ts';
import { REGIONS } from './regions.ts';

/** The numbers of electable nodes with which a replica set always has a majority. */
const ELECTABLE_NODES = [3, 5, 7];
const HIGHEST_PRIORITY = 7;

const NOT_UPGRADED =
  'a shared cluster becomes a dedicated one, and the other way round, only through operations that this server does not have; ' +
  'create another cluster';

/** @returns why a cluster of the template cannot get a configuration in place of its own; undefined if it can. */
export function faultOfChange(asked: Configuration, present: Configuration): string | undefined {
  return isShared(asked) === isShared(present) ? faultOfConfiguration(asked) : NOT_UPGRADED;
}

/** Describes the first fault of a configuration that Atlas refuses; undefined if there is none. */
export function faultOfConfiguration(configuration: Configuration): string | undefined {
  const { settings, shards } = configuration;
  if (isShared(configuration)) {
    if (settings.clusterType !== 'REPLICASET' || shards[0]?.regionConfigs.length !== 1) {
      return 'a shared cluster is a REPLICASET in one region';
    }
    if (settings.backupEnabled)
      return 'a shared cluster has no snapshots; choose M10 or a larger one, or leave out backupEnabled';
  }
  if (settings.clusterType === 'REPLICASET' && shards.length !== 1) {
    return `a REPLICASET has one shard, not ${shards.length}`;
  }
  for (const shard of shards) {
    const fault = faultOfShard(shard);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfShard({ regionConfigs }: Shard): string | undefined {
  for (const region of regionConfigs) {
    const fault = faultOfRegion(region);
    if (fault !== undefined) return fault;
  }
  const places = regionConfigs.map(({ providerName, regionName }) => `${providerName} ${regionName}`);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) return `the region ${twice} is named twice`;
  const electable = regionConfigs.filter((region) => region.electable.nodeCount > 0);
  const nodes = electable.reduce((sum, region) => sum + region.electable.nodeCount, 0);
  if (!ELECTABLE_NODES.includes(nodes)) return `a replica set has 3, 5 or 7 electable nodes, not ${nodes}`;
  const priorities = electable.map(({ priority }) => priority);
  if (new Set(priorities).size < priorities.length || Math.max(...priorities) !== HIGHEST_PRIORITY) {
    return `the regions with electable nodes have different priorities, of which ${HIGHEST_PRIORITY} is the highest`;
  }
  return undefined;
}

function faultOfRegion(region: RegionConfig): string | undefined {
  const { providerName, regionName, electable, readOnly, analytics } = region;
  if (!REGIONS[providerName].includes(regionName)) return `${providerName} has no region ${regionName}`;
  const sizes = region.isShared === true ? SHARED_SIZES : INSTANCE_SIZES;
  const wrong = [electable, readOnly, analytics].find(({ instanceSize }) => !sizes.includes(instanceSize));
  if (wrong === undefined) return undefined;
  return region.isShared === true
    ? `a shared cluster has the size ${SHARED_SIZES.join(', ')}, not ${wrong.instanceSize}`
    : `${wrong.instanceSize} is no size of a dedicated cluster; choose M10 or a larger one, or the provider TENANT`;
}
