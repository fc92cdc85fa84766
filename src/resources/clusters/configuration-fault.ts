import type { Configuration, RegionConfig, Shard } from './configuration.ts';
import { INSTANCE_SIZES } from './instance-sizes.ts';
import { REGIONS } from './regions.ts';

/** The numbers of electable nodes with which a replica set always has a majority. */
const ELECTABLE_NODES = [3, 5, 7];
const HIGHEST_PRIORITY = 7;

/** Describes the first fault of a configuration that Atlas refuses; undefined if there is none. */
export function faultOfConfiguration({ settings, shards }: Configuration): string | undefined {
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

function faultOfRegion({ providerName, regionName, electable, readOnly, analytics }: RegionConfig): string | undefined {
  if (!REGIONS[providerName].includes(regionName)) return `${providerName} has no region ${regionName}`;
  const wrong = [electable, readOnly, analytics].find(({ instanceSize }) => !INSTANCE_SIZES.includes(instanceSize));
  return wrong && `a cluster of the size ${wrong.instanceSize} has no snapshots; choose M10 or a larger one`;
}
