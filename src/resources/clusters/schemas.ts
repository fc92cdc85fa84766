import { Type } from 'typebox';
import { IdSchema, LinksSchema, TimeSchema } from '../../http/index.ts';
import { AutoScaling, Settings } from './configuration.ts';

// The schemas of Atlas's cluster documents, which wire-v1.ts and wire-v2.ts encode.

const ConnectionStrings = Type.Object({
  awsPrivateLinkSrv: Type.Optional(Type.Object({})),
  privateEndpoint: Type.Optional(Type.Array(Type.Object({}))),
  standard: Type.Optional(Type.String()),
  standardSrv: Type.Optional(Type.String()),
});
const RegionsConfig = Type.Record(
  Type.String(),
  Type.Object({
    analyticsNodes: Type.Integer(),
    electableNodes: Type.Integer(),
    priority: Type.Integer(),
    readOnlyNodes: Type.Integer(),
  }),
);

const { configServerManagementMode, advancedConfiguration, ...settings } = Settings.properties;
const common = {
  ...settings,
  /** Absent from a shared cluster. */
  advancedConfiguration: Type.Optional(advancedConfiguration),
  configServerManagementMode: Type.Optional(configServerManagementMode),
  configServerType: Type.Optional(Type.Literal('EMBEDDED')),
  connectionStrings: ConnectionStrings,
  createDate: TimeSchema,
  groupId: IdSchema,
  id: IdSchema,
  links: LinksSchema,
  mongoDBVersion: Type.String(),
  name: Type.String(),
  stateName: Type.Enum(['CREATING', 'IDLE', 'UPDATING', 'DELETING']),
};

/** The document of v1.0 and of 2023-01-01. */
export const ClusterSchema20230101 = Type.Object(
  {
    ...common,
    autoScaling: Type.Object({
      compute: Type.Object({ enabled: Type.Boolean(), scaleDownEnabled: Type.Boolean() }),
      diskGBEnabled: Type.Boolean(),
    }),
    diskSizeGB: Type.Number(),
    mongoURI: Type.Optional(Type.String()),
    mongoURIUpdated: Type.Optional(TimeSchema),
    mongoURIWithOptions: Type.Optional(Type.String()),
    numShards: Type.Integer(),
    providerBackupEnabled: Type.Boolean(),
    providerSettings: Type.Object({
      autoScaling: Type.Optional(
        Type.Object({
          compute: Type.Object({
            maxInstanceSize: Type.Union([Type.String(), Type.Null()]),
            minInstanceSize: Type.Union([Type.String(), Type.Null()]),
          }),
        }),
      ),
      backingProviderName: Type.Optional(Type.String()),
      diskIOPS: Type.Optional(Type.Integer()),
      effectiveInstanceSizeName: Type.Optional(Type.String()),
      encryptEBSVolume: Type.Optional(Type.Boolean()),
      instanceSizeName: Type.String(),
      providerName: Type.String(),
      regionName: Type.String(),
      volumeType: Type.Optional(Type.String()),
    }),
    replicationFactor: Type.Integer(),
    replicationSpec: RegionsConfig,
    replicationSpecs: Type.Array(
      Type.Object({
        id: IdSchema,
        numShards: Type.Integer(),
        regionsConfig: RegionsConfig,
        zoneName: Type.String(),
      }),
    ),
    srvAddress: Type.Optional(Type.String()),
  },
  { $id: 'Cluster20230101' },
);

/** A shared cluster shows its electable machines alone, without the attributes of dedicated ones. */
const Specs = Type.Object({
  diskIOPS: Type.Optional(Type.Integer()),
  diskSizeGB: Type.Optional(Type.Number()),
  ebsVolumeType: Type.Optional(Type.String()),
  effectiveInstanceSize: Type.Optional(Type.String()),
  instanceSize: Type.String(),
  nodeCount: Type.Optional(Type.Integer()),
});

const ReplicationSpec = Type.Object(
  {
    id: IdSchema,
    numShards: Type.Optional(Type.Integer()),
    regionConfigs: Type.Array(
      Type.Object({
        analyticsSpecs: Type.Optional(Specs),
        analyticsAutoScaling: Type.Optional(AutoScaling),
        autoScaling: Type.Optional(AutoScaling),
        backingProviderName: Type.Optional(Type.String()),
        effectiveAnalyticsSpecs: Type.Optional(Specs),
        effectiveElectableSpecs: Type.Optional(Specs),
        effectiveReadOnlySpecs: Type.Optional(Specs),
        electableSpecs: Specs,
        priority: Type.Integer(),
        providerName: Type.String(),
        readOnlySpecs: Type.Optional(Specs),
        regionName: Type.String(),
      }),
    ),
    zoneId: IdSchema,
    zoneName: Type.String(),
  },
  { $id: 'ReplicationSpec' },
);

const advanced = {
  ...common,
  replicationSpecs: Type.Array(ReplicationSpec),
};

export const ClusterSchema20230201 = Type.Object(
  { ...advanced, diskSizeGB: Type.Number() },
  { $id: 'Cluster20230201' },
);

export const ClusterSchema20240805 = Type.Object(
  {
    ...advanced,
    adaptiveCapacity: Type.Union([Type.Enum(['ENABLED', 'DISABLED']), Type.Null()]),
    effectiveDatabaseEdition: Type.String(),
    effectiveReplicationSpecs: Type.Array(ReplicationSpec),
    featureCompatibilityVersion: Type.Optional(Type.String()),
    internalClusterRole: Type.String(),
    redactClientLogData: Type.Boolean(),
    retainBackups: Type.Boolean(),
    useAwsTimeBasedSnapshotCopyForFastInitialSync: Type.Boolean(),
  },
  { $id: 'Cluster20240805' },
);
