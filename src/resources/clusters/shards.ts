import type { Id } from '../../kernel/ids.ts';
import type { RegionConfig, Shard } from './configuration.ts';

/** A shard as a client describes it. */
export interface DescribedShard {
  readonly id: string | undefined;
  readonly zoneName: string | undefined;
  readonly regionConfigs: RegionConfig[];
}

/** Several shards of one zone, as the versions before 2024-08-05 describe them. */
export interface DescribedZone extends DescribedShard {
  readonly numShards: number;
}

/** The name that Atlas gives to the zones of a cluster if the client names none. */
const zoneNumber = (number: number): string => `Zone ${number}`;

/**
 * Gives ids to described shards. A shard, and a zone, that was there before keeps its ids, because clients compare them. A client
 * names it by its id, else by its zone and its place in it.
 */
export function identifyShards(
  described: readonly DescribedShard[],
  present: readonly Shard[],
  makeId: () => Id,
): Shard[] {
  const unmatched = [...present];
  const zones = new Map(present.map(({ zoneName, zoneId, zoneSpecId }) => [zoneName, { zoneId, zoneSpecId }]));
  const names = described.map(
    ({ id, zoneName }) => zoneName ?? present.find((shard) => shard.id === id)?.zoneName ?? zoneNumber(1),
  );
  return described.map(({ id, regionConfigs }, index) => {
    const zoneName = names[index] ?? zoneNumber(1);
    const found = unmatched.find((shard) => shard.id === id) ?? unmatched.find((shard) => shard.zoneName === zoneName);
    if (found !== undefined) unmatched.splice(unmatched.indexOf(found), 1);
    const renamed = found !== undefined && !names.includes(found.zoneName) ? found : undefined;
    const zone = zones.get(zoneName) ?? renamed ?? { zoneId: makeId(), zoneSpecId: makeId() };
    zones.set(zoneName, zone);
    return {
      id: found?.id ?? makeId(),
      zoneSpecId: zone.zoneSpecId,
      zoneId: zone.zoneId,
      zoneName,
      regionConfigs,
    };
  });
}

/** Returns the shards of described zones. */
export function shardsOfZones(zones: readonly DescribedZone[], present: readonly Shard[]): readonly DescribedShard[] {
  const presentZones = zonesOf(present);
  return zones.flatMap(({ id, zoneName, numShards, regionConfigs }, index) => {
    const known =
      presentZones.find(([first]) => first.zoneSpecId === id) ??
      presentZones.find(([first]) => first.zoneName === zoneName) ??
      presentZones[index];
    const name = zoneName ?? known?.[0].zoneName ?? zoneNumber(index + 1);
    return Array.from({ length: numShards }, (_, place) => ({ id: known?.[place]?.id, zoneName: name, regionConfigs }));
  });
}

/** Returns the shards of each zone, in their order. */
export function zonesOf(shards: readonly Shard[]): readonly (readonly [Shard, ...Shard[]])[] {
  const zones = new Map<string, [Shard, ...Shard[]]>();
  for (const shard of shards) {
    const zone = zones.get(shard.zoneName);
    if (zone === undefined) zones.set(shard.zoneName, [shard]);
    else zone.push(shard);
  }
  return [...zones.values()];
}
