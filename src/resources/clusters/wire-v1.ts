import { Type, type Static } from 'typebox';
import { missingAttribute, ReadOnly } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import {
  DEFAULT_SETTINGS,
  NEW_CONFIGURATION,
  NO_AUTO_SCALING,
  type AutoScaling,
  type RegionConfig,
  type Shard,
} from './configuration.ts';
import { invalidClusterConfiguration } from './errors.ts';
import {
  BackingProviderName,
  DiskIops,
  InstanceSizeName,
  machinesProvider,
  makeMachines,
  NodeCount,
  Priority,
  ProviderName,
  RegionName,
  sharedRegion,
  TENANT,
  VolumeType,
} from './region-configs.ts';
import { REGIONS } from './regions.ts';
import { identifyShards, shardsOfZones, zonesOf, type DescribedZone } from './shards.ts';
import {
  alphabetical,
  decodeSettings,
  diskSize,
  Flag,
  PartId,
  SHARED_ATTRIBUTES,
  sharedAttributes,
  shownConnectionStrings,
  ZoneName,
  type Decoder,
  type Encoder,
} from './wire.ts';

const InstanceSize = Type.Optional(Type.Union([InstanceSizeName, Type.Null()]));
const NumShards = Type.Optional(Type.Integer({ minimum: 1, maximum: 50 }));

const Nodes = Type.Object({
  analyticsNodes: NodeCount,
  electableNodes: NodeCount,
  priority: Priority,
  readOnlyNodes: NodeCount,
});
// The names are checked with the provider.
const RegionsConfig = Type.Record(Type.String(), Nodes);

/** The body in v1.0 and in 2023-01-01. */
export const Body = Type.Object({
  ...SHARED_ATTRIBUTES,
  autoScaling: Type.Optional(
    Type.Object({
      compute: Type.Optional(Type.Object({ enabled: Flag, scaleDownEnabled: Flag })),
      diskGBEnabled: Flag,
    }),
  ),
  deleteAfterCreationHours: Type.Optional(Type.Integer({ minimum: 1 })),
  deleteAfterDate: ReadOnly,
  diskSizeGB: Type.Optional(Type.Number({ minimum: 10, maximum: 4096 })),
  mongoURI: ReadOnly,
  mongoURIUpdated: ReadOnly,
  mongoURIWithOptions: ReadOnly,
  numShards: NumShards,
  providerBackupEnabled: Flag,
  providerSettings: Type.Optional(
    Type.Object({
      autoScaling: Type.Optional(
        Type.Object({
          compute: Type.Optional(Type.Object({ maxInstanceSize: InstanceSize, minInstanceSize: InstanceSize })),
        }),
      ),
      backingProviderName: BackingProviderName,
      diskIOPS: DiskIops,
      diskTypeName: Type.Optional(Type.String({ maxLength: 16 })),
      effectiveInstanceSizeName: ReadOnly,
      encryptEBSVolume: Flag,
      instanceSizeName: Type.Optional(InstanceSizeName),
      providerName: ProviderName,
      regionName: RegionName,
      volumeType: VolumeType,
    }),
  ),
  replicationFactor: Type.Optional(Type.Enum([3, 5, 7])),
  replicationSpec: Type.Optional(RegionsConfig),
  replicationSpecs: Type.Optional(
    Type.Array(
      Type.Object({
        id: PartId,
        numShards: NumShards,
        regionsConfig: Type.Optional(RegionsConfig),
        zoneName: ZoneName,
      }),
      { maxItems: 50 },
    ),
  ),
  srvAddress: ReadOnly,
});
type Body = Static<typeof Body>;
type Nodes = Static<typeof Nodes>;

/** A zone as the body has it; what it lacks is as it was. */
interface Zone extends Omit<DescribedZone, 'regionConfigs'> {
  readonly regions: readonly (readonly [name: string, nodes: Nodes])[];
}

export const decode: Decoder<Body> = (body, present, makeId) => {
  const before = present?.shards ?? [];
  const former = present?.settings ?? DEFAULT_SETTINGS;
  // The attribute backupEnabled is legacy backup here.
  const backupEnabled = body.providerBackupEnabled ?? former.backupEnabled;
  const makeRegion = regionMaker(body, before[0]?.regionConfigs[0]);
  const zones = zonesOfBody(body, before).map(({ regions, ...zone }) => ({
    ...zone,
    regionConfigs: regions.map(([name, nodes], index) => makeRegion(name, nodes, index)),
  }));
  return {
    ...(present ?? NEW_CONFIGURATION),
    settings: decodeSettings({ ...body, backupEnabled }, former),
    shards: identifyShards(shardsOfZones(zones, before), before, makeId),
  };
};

/** @throws ApiError `MISSING_ATTRIBUTE` */
function zonesOfBody(body: Body, before: readonly Shard[]): readonly Zone[] {
  const { replicationSpecs, replicationSpec, numShards, providerSettings, replicationFactor = 3 } = body;
  const present = zonesOf(before).map((zone): Zone => ({
    id: zone[0].zoneSpecId,
    zoneName: zone[0].zoneName,
    numShards: zone.length,
    regions: zone[0].regionConfigs.map((region) => [region.regionName, nodesOf(region)]),
  }));
  if (replicationSpecs !== undefined) {
    return replicationSpecs.map((spec, index) => {
      const { id, zoneName, regionsConfig } = spec;
      if (regionsConfig === undefined) throw missingAttribute('regionsConfig');
      const count = spec.numShards ?? numShards ?? present[index]?.numShards ?? 1;
      return { id, zoneName, numShards: count, regions: Object.entries(regionsConfig) };
    });
  }
  const [first, ...others] = present;
  const one = { id: first?.id, zoneName: first?.zoneName, numShards: numShards ?? first?.numShards ?? 1 };
  if (replicationSpec !== undefined) return [{ ...one, regions: Object.entries(replicationSpec) }, ...others];
  const { regionName } = providerSettings ?? {};
  const isKept = regionName === undefined || first?.regions.some(([name]) => name === regionName) === true;
  if (first !== undefined && isKept) return [{ ...first, numShards: one.numShards }, ...others];
  if (regionName === undefined) throw missingAttribute('providerSettings.regionName');
  return [{ ...one, regions: [[regionName, { electableNodes: replicationFactor, priority: 7 }]] }, ...others];
}

function nodesOf({ analytics, electable, priority, readOnly }: RegionConfig): Required<Nodes> {
  return {
    analyticsNodes: analytics.nodeCount,
    electableNodes: electable.nodeCount,
    priority,
    readOnlyNodes: readOnly.nodeCount,
  };
}

/** All regions of a cluster have the same machines. @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_CLUSTER_CONFIGURATION` */
function regionMaker(body: Body, before: RegionConfig | undefined) {
  const { providerSettings, diskSizeGB } = body;
  const { providerName, isShared } =
    providerSettings === undefined
      ? (before ?? missingProvider())
      : machinesProvider(providerSettings.providerName, providerSettings.backingProviderName);
  const former = before?.providerName === providerName ? before : undefined;
  const instanceSize = providerSettings?.instanceSizeName ?? former?.electable.instanceSize;
  if (instanceSize === undefined) throw missingAttribute('providerSettings.instanceSizeName');
  const { diskIOPS, volumeType } = providerSettings ?? {};
  const autoScaling = autoScalingOf(body, former?.autoScaling ?? NO_AUTO_SCALING);
  return (regionName: string, nodes: Nodes, index: number): RegionConfig => {
    if (!REGIONS[providerName].includes(regionName)) {
      throw invalidClusterConfiguration(`${providerName} has no region ${regionName}`);
    }
    if (isShared === true) return sharedRegion(providerName, regionName, instanceSize);
    const machines = (nodeCount = 0) =>
      makeMachines(providerName, {
        instanceSize,
        nodeCount,
        diskSizeGB,
        ...(diskIOPS !== undefined && { diskIOPS }),
        ...(volumeType !== undefined && { ebsVolumeType: volumeType }),
        former: former?.electable,
      });
    return {
      providerName,
      regionName,
      priority: nodes.priority ?? Math.max(7 - index, 0),
      electable: machines(nodes.electableNodes),
      readOnly: machines(nodes.readOnlyNodes),
      analytics: machines(nodes.analyticsNodes),
      autoScaling,
    };
  };
}

/** @throws ApiError `MISSING_ATTRIBUTE` */
function missingProvider(): never {
  throw missingAttribute('providerSettings');
}

function autoScalingOf({ autoScaling, providerSettings }: Body, present: AutoScaling): AutoScaling {
  const limits = providerSettings?.autoScaling?.compute;
  const maxInstanceSize = limits?.maxInstanceSize ?? present.compute.maxInstanceSize;
  const minInstanceSize = limits?.minInstanceSize ?? present.compute.minInstanceSize;
  return {
    compute: {
      enabled: autoScaling?.compute?.enabled ?? present.compute.enabled,
      ...(maxInstanceSize !== undefined && { maxInstanceSize }),
      ...(minInstanceSize !== undefined && { minInstanceSize }),
      scaleDownEnabled: autoScaling?.compute?.scaleDownEnabled ?? present.compute.scaleDownEnabled,
    },
    diskGB: { enabled: autoScaling?.diskGBEnabled ?? present.diskGB.enabled },
  };
}

/** Encodes a cluster for the old API and for 2023-01-01 of v2, which have the same document. */
export const encode: Encoder = (cluster, links) => {
  const { settings, shards } = cluster.configuration;
  const zones = zonesOf(shards);
  const region = shards[0]?.regionConfigs[0];
  if (region === undefined) throw new Error(`the cluster ${cluster.id} has no region`);
  const { compute, diskGB } = region.autoScaling;
  const regionsConfig = (configs: readonly RegionConfig[]): JsonObject =>
    Object.fromEntries(configs.map((config) => [config.regionName, nodesOf(config)]));
  const { standard, standardSrv } = shownConnectionStrings(cluster);
  return alphabetical({
    ...sharedAttributes(cluster, links),
    autoScaling: {
      compute: { enabled: compute.enabled, scaleDownEnabled: compute.scaleDownEnabled },
      diskGBEnabled: diskGB.enabled,
    },
    // Legacy backup. Snapshots are providerBackupEnabled.
    backupEnabled: false,
    ...diskSize(cluster.configuration),
    ...(standard !== undefined && {
      mongoURI: standard.replace(/\/(?:\?.*)?$/, ''),
      mongoURIUpdated: atlasTime(cluster.createdAt),
      mongoURIWithOptions: standard,
    }),
    numShards: zones[0]?.length ?? 1,
    providerBackupEnabled: settings.backupEnabled,
    providerSettings: encodeProviderSettings(region),
    replicationFactor: electableNodes(shards[0]),
    replicationSpec: regionsConfig(shards[0]?.regionConfigs ?? []),
    replicationSpecs: zones.map((zone) => ({
      id: zone[0].zoneSpecId,
      numShards: zone.length,
      regionsConfig: regionsConfig(zone[0].regionConfigs),
      zoneName: zone[0].zoneName,
    })),
    ...(standardSrv !== undefined && { srvAddress: standardSrv }),
  });
};

function electableNodes(shard: Shard | undefined): number {
  return (shard?.regionConfigs ?? []).reduce((sum, { electable }) => sum + electable.nodeCount, 0);
}

function encodeProviderSettings(region: RegionConfig): JsonObject {
  const { providerName, regionName, electable, autoScaling } = region;
  if (region.isShared === true) {
    const { instanceSize } = electable;
    const names = { effectiveInstanceSizeName: instanceSize, instanceSizeName: instanceSize, regionName };
    return { providerName: TENANT, backingProviderName: providerName, ...names };
  }
  const { maxInstanceSize = null, minInstanceSize = null } = autoScaling.compute;
  const { diskIOPS, ebsVolumeType } = electable;
  return {
    providerName,
    autoScaling: { compute: { maxInstanceSize, minInstanceSize } },
    ...(diskIOPS !== undefined && { diskIOPS }),
    ...(providerName === 'AWS' && { encryptEBSVolume: true }),
    instanceSizeName: electable.instanceSize,
    regionName,
    ...(ebsVolumeType !== undefined && { volumeType: ebsVolumeType }),
  };
}
