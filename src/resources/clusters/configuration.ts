import { Type, type Static } from 'typebox';
import { CLUSTER_PROVIDERS } from './regions.ts';

/** The machines of one purpose in a region. */
const Machines = Type.Object({
  instanceSize: Type.String(),
  nodeCount: Type.Integer(),
  diskSizeGB: Type.Number(),
  /** Absent for a provider that has no such value. */
  diskIOPS: Type.Optional(Type.Integer()),
  ebsVolumeType: Type.Optional(Type.String()),
});
export type Machines = Static<typeof Machines>;

export const AutoScaling = Type.Object({
  compute: Type.Object({
    enabled: Type.Boolean(),
    scaleDownEnabled: Type.Boolean(),
    minInstanceSize: Type.Optional(Type.String()),
    maxInstanceSize: Type.Optional(Type.String()),
  }),
  diskGB: Type.Object({ enabled: Type.Boolean() }),
});
export type AutoScaling = Static<typeof AutoScaling>;

const RegionConfig = Type.Object({
  /** The provider of the machines. Of a shared cluster, the API calls it `backingProviderName`, and its `providerName` is `TENANT`. */
  providerName: Type.Enum([...CLUSTER_PROVIDERS]),
  /** Whether the cluster shares its machines with others, as free clusters do. */
  isShared: Type.Optional(Type.Literal(true)),
  regionName: Type.String(),
  priority: Type.Integer(),
  electable: Machines,
  readOnly: Machines,
  analytics: Machines,
  autoScaling: AutoScaling,
  /** Absent until a client sends it. */
  analyticsAutoScaling: Type.Optional(AutoScaling),
});
export type RegionConfig = Static<typeof RegionConfig>;

const Shard = Type.Object({
  id: Type.String(),
  /** The shards of one zone have one id in the versions before 2024-08-05. */
  zoneSpecId: Type.String(),
  zoneId: Type.String(),
  zoneName: Type.String(),
  regionConfigs: Type.Array(RegionConfig),
});
export type Shard = Static<typeof Shard>;

const Pair = Type.Object({ key: Type.String(), value: Type.String() });

/** The attributes that have the same name and form in all versions. */
export const Settings = Type.Object({
  advancedConfiguration: Type.Object({
    customOpensslCipherConfigTls12: Type.Array(Type.String()),
    customOpensslCipherConfigTls13: Type.Array(Type.String()),
    minimumEnabledTlsProtocol: Type.String(),
    tlsCipherConfigMode: Type.String(),
  }),
  backupEnabled: Type.Boolean(),
  biConnector: Type.Object({ enabled: Type.Boolean(), readPreference: Type.String() }),
  clusterType: Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED']),
  configServerManagementMode: Type.String(),
  diskWarmingMode: Type.String(),
  encryptionAtRestProvider: Type.String(),
  globalClusterSelfManagedSharding: Type.Boolean(),
  labels: Type.Array(Pair),
  /** Absent if the source has not said its version yet. */
  mongoDBMajorVersion: Type.Optional(Type.String()),
  paused: Type.Boolean(),
  pitEnabled: Type.Boolean(),
  /** Absent until a client sends it. */
  replicaSetScalingStrategy: Type.Optional(Type.String()),
  rootCertType: Type.String(),
  tags: Type.Array(Pair),
  terminationProtectionEnabled: Type.Boolean(),
  versionReleaseSystem: Type.String(),
});
export type Settings = Static<typeof Settings>;

/** What clients said of how a cluster is run. It is stored as JSON, and shown again in the form of each version. */
export const Configuration = Type.Object({
  settings: Settings,
  /** At least one. */
  shards: Type.Array(Shard, { minItems: 1 }),
  redactClientLogData: Type.Boolean(),
  adaptiveCapacity: Type.Union([Type.String(), Type.Null()]),
  useAwsTimeBasedSnapshotCopyForFastInitialSync: Type.Boolean(),
  autoScalingMode: Type.Enum(['CLUSTER_WIDE_SCALING', 'INDEPENDENT_SHARD_SCALING']),
  /** The arguments that clients have set, with the names of the API. */
  processArgs: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
});
export type Configuration = Static<typeof Configuration>;

/** Atlas's defaults. */
export const DEFAULT_SETTINGS: Settings = {
  advancedConfiguration: {
    customOpensslCipherConfigTls12: [],
    customOpensslCipherConfigTls13: [],
    minimumEnabledTlsProtocol: 'TLS1_2',
    tlsCipherConfigMode: 'DEFAULT',
  },
  backupEnabled: false,
  biConnector: { enabled: false, readPreference: 'secondary' },
  clusterType: 'REPLICASET',
  configServerManagementMode: 'ATLAS_MANAGED',
  diskWarmingMode: 'FULLY_WARMED',
  encryptionAtRestProvider: 'NONE',
  globalClusterSelfManagedSharding: false,
  labels: [],
  paused: false,
  pitEnabled: false,
  rootCertType: 'ISRGROOTX1',
  tags: [],
  terminationProtectionEnabled: false,
  versionReleaseSystem: 'LTS',
};

/** What a new configuration has beside its settings and its shards. */
export const NEW_CONFIGURATION: Omit<Configuration, 'settings' | 'shards'> = {
  redactClientLogData: false,
  adaptiveCapacity: null,
  useAwsTimeBasedSnapshotCopyForFastInitialSync: false,
  autoScalingMode: 'CLUSTER_WIDE_SCALING',
  processArgs: {},
};

export const NO_AUTO_SCALING: AutoScaling = {
  compute: { enabled: false, scaleDownEnabled: false },
  diskGB: { enabled: false },
};

const M10: Machines = {
  instanceSize: 'M10',
  nodeCount: 0,
  diskSizeGB: 10,
  diskIOPS: 3000,
  ebsVolumeType: 'STANDARD',
};

/**
 * Returns the configuration of a registered deployment that no client has described. Longshore cannot know its machines, but
 * clients require them, so they are the smallest of which Atlas takes snapshots.
 * @param partId makes the id of a part, always the same.
 */
export function registeredConfiguration(mongodbVersion: string, partId: (part: string) => string): Configuration {
  return {
    settings: { ...DEFAULT_SETTINGS, ...majorVersionOf(mongodbVersion), backupEnabled: true },
    shards: [
      {
        id: partId('replicationSpec'),
        zoneSpecId: partId('replicationSpec'),
        zoneId: partId('zone'),
        zoneName: 'Zone 1',
        regionConfigs: [
          {
            providerName: 'AWS',
            regionName: 'US_EAST_1',
            priority: 7,
            electable: { ...M10, nodeCount: 3 },
            readOnly: M10,
            analytics: M10,
            autoScaling: NO_AUTO_SCALING,
          },
        ],
      },
    ],
    ...NEW_CONFIGURATION,
  };
}

/** Whether a cluster shares its machines with others. All of its regions do, or none. */
export function isShared({ shards }: Pick<Configuration, 'shards'>): boolean {
  return shards.some(({ regionConfigs }) => regionConfigs.some((region) => region.isShared === true));
}

/** What the snapshots of a cluster need to know of its configuration. */
export function factsOfBackups({ settings, shards }: Configuration): {
  readonly hasBackups: boolean;
  readonly shardCount: number;
} {
  const shardCount = settings.clusterType === 'REPLICASET' ? 0 : shards.length;
  return { hasBackups: settings.backupEnabled, shardCount };
}

/** Returns the setting for `8.0.29`, which is `8.0`; none if the version is unknown. */
export function majorVersionOf(mongodbVersion: string): Pick<Settings, 'mongoDBMajorVersion'> {
  const [major] = /^\d+\.\d+/.exec(mongodbVersion) ?? [];
  return major === undefined ? {} : { mongoDBMajorVersion: major };
}
