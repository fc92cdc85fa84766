import { Type, type Static } from 'typebox';
import { SMALLEST_DISK_GB } from './instance-sizes.ts';
import { missingAttribute, ReadOnly } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { DEFAULT_SETTINGS, NEW_CONFIGURATION, type Configuration, type Machines, type Shard } from './configuration.ts';
import {
  decodeRegionConfigs,
  DiskSizeGB,
  encodeRegionConfig,
  RegionConfigs20230201,
  RegionConfigs20240805,
} from './region-configs.ts';
import { identifyShards, shardsOfZones, zonesOf } from './shards.ts';
import {
  alphabetical,
  decodeSettings,
  diskSize,
  Flag,
  PartId,
  SHARED_ATTRIBUTES,
  sharedAttributes,
  ZoneName,
  type Decoder,
  type Encoder,
} from './wire.ts';

const MAX_SHARDS = 70;

/** The body in 2023-02-01 and in v1.5. */
export const Body20230201 = Type.Object({
  ...SHARED_ATTRIBUTES,
  diskSizeGB: DiskSizeGB,
  replicationSpecs: Type.Optional(
    Type.Array(
      Type.Object({
        id: PartId,
        numShards: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SHARDS })),
        regionConfigs: Type.Optional(RegionConfigs20230201),
        zoneId: ReadOnly,
        zoneName: ZoneName,
      }),
      { maxItems: MAX_SHARDS },
    ),
  ),
});

export const Body20240805 = Type.Object({
  ...SHARED_ATTRIBUTES,
  adaptiveCapacity: Type.Optional(Type.Union([Type.Enum(['ENABLED', 'DISABLED']), Type.Null()])),
  effectiveDatabaseEdition: ReadOnly,
  effectiveReplicationSpecs: ReadOnly,
  internalClusterRole: ReadOnly,
  redactClientLogData: Flag,
  replicationSpecs: Type.Optional(
    Type.Array(
      Type.Object({
        id: PartId,
        regionConfigs: Type.Optional(RegionConfigs20240805),
        zoneId: ReadOnly,
        zoneName: ZoneName,
      }),
      { maxItems: MAX_SHARDS },
    ),
  ),
  retainBackups: Flag,
  useAwsTimeBasedSnapshotCopyForFastInitialSync: Flag,
});

export const decode20230201: Decoder<Static<typeof Body20230201>> = (body, present, makeId) => {
  const { diskSizeGB, replicationSpecs } = body;
  const before = present?.shards ?? [];
  const zones = replicationSpecs?.map(({ id, numShards = 1, regionConfigs, zoneName }, index) => {
    if (regionConfigs === undefined) throw missingAttribute('regionConfigs');
    const zone = before.find(({ zoneSpecId }) => zoneSpecId === id) ?? zonesOf(before)[index]?.[0];
    const decoded = decodeRegionConfigs(regionConfigs, zone?.regionConfigs ?? [], diskSizeGB);
    return { id, zoneName, numShards, regionConfigs: decoded };
  });
  const described = zones && shardsOfZones(zones, before);
  const shards = described && identifyShards(described, before, makeId);
  const kept =
    diskSizeGB === undefined ? present?.shards : present?.shards.map((shard) => withDisks(shard, diskSizeGB));
  return configurationOf(body, present, shards ?? kept);
};

/** @param mode how a cluster scales whose shards this version has described. A change of other attributes keeps how it scales. */
export const decode20240805 =
  (mode?: 'INDEPENDENT_SHARD_SCALING'): Decoder<Static<typeof Body20240805>> =>
  (body, present, makeId) => {
    const before = present?.shards ?? [];
    const described = body.replicationSpecs?.map(({ id, regionConfigs, zoneName }, index) => {
      if (regionConfigs === undefined) throw missingAttribute('regionConfigs');
      const shard = before.find((each) => each.id === id) ?? before[index];
      return { id, zoneName, regionConfigs: decodeRegionConfigs(regionConfigs, shard?.regionConfigs ?? [], undefined) };
    });
    const shards = described && identifyShards(described, before, makeId);
    const decoded = configurationOf(body, present, shards ?? present?.shards);
    const {
      redactClientLogData = decoded.redactClientLogData,
      adaptiveCapacity = decoded.adaptiveCapacity,
      useAwsTimeBasedSnapshotCopyForFastInitialSync = decoded.useAwsTimeBasedSnapshotCopyForFastInitialSync,
    } = body;
    return {
      ...decoded,
      redactClientLogData,
      adaptiveCapacity,
      useAwsTimeBasedSnapshotCopyForFastInitialSync,
      autoScalingMode: (body.replicationSpecs && mode) ?? decoded.autoScalingMode,
    };
  };

/** @throws ApiError `MISSING_ATTRIBUTE` */
function configurationOf(
  body: Parameters<typeof decodeSettings>[0],
  present: Configuration | undefined,
  shards: Shard[] | undefined,
): Configuration {
  if (present === undefined && body.clusterType === undefined) throw missingAttribute('clusterType');
  if (shards === undefined) throw missingAttribute('replicationSpecs');
  return {
    ...(present ?? NEW_CONFIGURATION),
    settings: decodeSettings(body, present?.settings ?? DEFAULT_SETTINGS),
    shards,
  };
}

/** Returns the shard with disks of another size. */
function withDisks(shard: Shard, diskSizeGB: number): Shard {
  const sized = (machines: Machines): Machines => ({ ...machines, diskSizeGB: Math.max(diskSizeGB, SMALLEST_DISK_GB) });
  return {
    ...shard,
    regionConfigs: shard.regionConfigs.map((region) =>
      region.isShared === true
        ? region
        : {
            ...region,
            electable: sized(region.electable),
            readOnly: sized(region.readOnly),
            analytics: sized(region.analytics),
          },
    ),
  };
}

export const encode20230201: Encoder = (cluster, links) => {
  const form = { diskSize: false, effective: false };
  return alphabetical({
    ...sharedAttributes(cluster, links),
    ...diskSize(cluster.configuration),
    replicationSpecs: zonesOf(cluster.configuration.shards).map((zone) => {
      const [{ zoneSpecId, zoneId, zoneName, regionConfigs }] = zone;
      return {
        id: zoneSpecId,
        numShards: zone.length,
        regionConfigs: regionConfigs.map((region) => encodeRegionConfig(region, form)),
        zoneId,
        zoneName,
      };
    }),
  });
};

export const encode20240805: Encoder = (cluster, links) => {
  const { settings, shards, redactClientLogData } = cluster.configuration;
  const specs = (effective: boolean): JsonObject[] =>
    shards.map(({ id, regionConfigs, zoneId, zoneName }) => ({
      id,
      regionConfigs: regionConfigs.map((region) => encodeRegionConfig(region, { diskSize: true, effective })),
      zoneId,
      zoneName,
    }));
  const { mongoDBMajorVersion } = settings;
  return alphabetical({
    ...sharedAttributes(cluster, links),
    adaptiveCapacity: cluster.configuration.adaptiveCapacity,
    effectiveDatabaseEdition: 'CORE',
    effectiveReplicationSpecs: specs(false),
    ...(mongoDBMajorVersion !== undefined && { featureCompatibilityVersion: mongoDBMajorVersion }),
    internalClusterRole: 'NONE',
    redactClientLogData,
    replicationSpecs: specs(true),
    retainBackups: false,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: cluster.configuration.useAwsTimeBasedSnapshotCopyForFastInitialSync,
  });
};
