import { atlasTime } from '../../kernel/clock.ts';
import { publicConnectionStrings } from './source.ts';
import {
  clusterLinks,
  DISK_IOPS,
  DISK_SIZE_GB,
  INSTANCE_SIZE,
  majorVersion,
  partId,
  REGION,
  type Encoder,
} from './wire-v2.ts';

const REGIONS_CONFIG = { [REGION]: { analyticsNodes: 0, electableNodes: 3, priority: 7, readOnlyNodes: 0 } };

/** Encodes a cluster for the old API and for 2023-01-01 of v2, which have the same document. */
export const encode: Encoder = (cluster, links) => {
  const { standard, standardSrv } = publicConnectionStrings(cluster.source);
  const major = majorVersion(cluster);
  return {
    autoScaling: { compute: { enabled: false, scaleDownEnabled: false }, diskGBEnabled: false },
    // Legacy backup. Snapshots are providerBackupEnabled.
    backupEnabled: false,
    biConnector: { enabled: false, readPreference: 'secondary' },
    clusterType: 'REPLICASET',
    connectionStrings: publicConnectionStrings(cluster.source),
    createDate: atlasTime(cluster.createdAt),
    diskSizeGB: DISK_SIZE_GB,
    diskWarmingMode: 'FULLY_WARMED',
    encryptionAtRestProvider: 'NONE',
    globalClusterSelfManagedSharding: false,
    groupId: cluster.groupId,
    id: cluster.id,
    labels: [],
    links: clusterLinks(cluster, links),
    ...(major === undefined ? {} : { mongoDBMajorVersion: major }),
    mongoDBVersion: cluster.mongodbVersion,
    ...(standard === undefined
      ? {}
      : {
          mongoURI: standard.replace(/\/(?:\?.*)?$/, ''),
          mongoURIUpdated: atlasTime(cluster.createdAt),
          mongoURIWithOptions: standard,
        }),
    name: cluster.name,
    numShards: 1,
    paused: false,
    pitEnabled: false,
    providerBackupEnabled: true,
    providerSettings: {
      providerName: 'AWS',
      autoScaling: { compute: { maxInstanceSize: null, minInstanceSize: null } },
      diskIOPS: DISK_IOPS,
      encryptEBSVolume: true,
      instanceSizeName: INSTANCE_SIZE,
      regionName: REGION,
      volumeType: 'STANDARD',
    },
    replicationFactor: 3,
    replicationSpec: REGIONS_CONFIG,
    replicationSpecs: [
      {
        id: partId(cluster, 'replicationSpec'),
        numShards: 1,
        regionsConfig: REGIONS_CONFIG,
        zoneName: 'Zone 1',
      },
    ],
    rootCertType: 'ISRGROOTX1',
    ...(standardSrv === undefined ? {} : { srvAddress: standardSrv }),
    stateName: cluster.state,
    tags: [],
    terminationProtectionEnabled: false,
    versionReleaseSystem: 'LTS',
  };
};
