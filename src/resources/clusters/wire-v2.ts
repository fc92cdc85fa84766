import { createHash } from 'node:crypto';
import type { Links } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ShownCluster } from './model.ts';
import { publicConnectionStrings } from './source.ts';

export type Encoder = (cluster: ShownCluster, links: Links) => JsonObject;

/**
 * The machines of a cluster. A registered deployment has no such data, but clients require it. The values are those of the
 * smallest machines of which Atlas takes snapshots.
 */
export const INSTANCE_SIZE = 'M10';
export const REGION = 'US_EAST_1';
export const DISK_SIZE_GB = 10;
export const DISK_IOPS = 3000;

/** Derives the id of a part from the cluster's id, because the id must stay the same. */
export function partId(cluster: ShownCluster, part: 'replicationSpec' | 'zone'): Id {
  return createHash('sha256').update(`${cluster.id}/${part}`).digest('hex').slice(0, 24);
}

/** Returns `8.0` for `8.0.29`; undefined if the version is unknown. */
export function majorVersion(cluster: ShownCluster): string | undefined {
  return /^\d+\.\d+/.exec(cluster.mongodbVersion)?.[0];
}

export function clusterLinks(cluster: ShownCluster, links: Links): readonly JsonObject[] {
  const self = links.link(`/groups/${cluster.groupId}/clusters/${cluster.name}`);
  return [
    { href: self, rel: 'self' },
    { href: `${self}/backup/restoreJobs`, rel: 'https://cloud.mongodb.com/restoreJobs' },
    { href: `${self}/backup/snapshots`, rel: 'https://cloud.mongodb.com/snapshots' },
  ];
}

const ADVANCED_CONFIGURATION: JsonObject = {
  customOpensslCipherConfigTls12: [],
  customOpensslCipherConfigTls13: [],
  minimumEnabledTlsProtocol: 'TLS1_2',
  tlsCipherConfigMode: 'DEFAULT',
};

function replicationSpec(
  id: Id,
  cluster: ShownCluster,
  form: { readonly diskSize: boolean; readonly effective: boolean; readonly numShards: boolean },
): JsonObject {
  const specs = (nodeCount: number): JsonObject => ({
    instanceSize: INSTANCE_SIZE,
    diskIOPS: DISK_IOPS,
    ...(form.diskSize && { diskSizeGB: DISK_SIZE_GB }),
    ebsVolumeType: 'STANDARD',
    nodeCount,
  });
  return {
    id,
    ...(form.numShards && { numShards: 1 }),
    regionConfigs: [
      {
        analyticsSpecs: specs(0),
        autoScaling: { compute: { enabled: false, scaleDownEnabled: false }, diskGB: { enabled: false } },
        ...(form.effective && {
          effectiveAnalyticsSpecs: specs(0),
          effectiveElectableSpecs: specs(3),
          effectiveReadOnlySpecs: specs(0),
        }),
        electableSpecs: specs(3),
        priority: 7,
        providerName: 'AWS',
        readOnlySpecs: specs(0),
        regionName: REGION,
      },
    ],
    zoneId: partId(cluster, 'zone'),
    zoneName: 'Zone 1',
  };
}

/** Returns the common attributes of 2023-02-01 and 2024-08-05, split where the two versions differ. */
function commonParts(cluster: ShownCluster, links: Links) {
  const major = majorVersion(cluster);
  return {
    beforeDisk: {
      advancedConfiguration: ADVANCED_CONFIGURATION,
      backupEnabled: true,
      biConnector: { enabled: false, readPreference: 'secondary' },
      clusterType: 'REPLICASET',
      connectionStrings: publicConnectionStrings(cluster.source),
      createDate: atlasTime(cluster.createdAt),
    },
    identity: { globalClusterSelfManagedSharding: false, groupId: cluster.groupId, id: cluster.id },
    versions: {
      labels: [],
      links: clusterLinks(cluster, links),
      ...(major === undefined ? {} : { mongoDBMajorVersion: major }),
      mongoDBVersion: cluster.mongodbVersion,
      name: cluster.name,
      paused: false,
      pitEnabled: false,
    },
    state: { rootCertType: 'ISRGROOTX1', stateName: cluster.state, tags: [], terminationProtectionEnabled: false },
  };
}

export const encode20230201: Encoder = (cluster, links) => {
  const { beforeDisk, identity, versions, state } = commonParts(cluster, links);
  const form = { diskSize: false, effective: false, numShards: true };
  return {
    ...beforeDisk,
    diskSizeGB: DISK_SIZE_GB,
    diskWarmingMode: 'FULLY_WARMED',
    encryptionAtRestProvider: 'NONE',
    ...identity,
    ...versions,
    replicationSpecs: [replicationSpec(partId(cluster, 'replicationSpec'), cluster, form)],
    ...state,
    versionReleaseSystem: 'LTS',
  };
};

export const encode20240805: Encoder = (cluster, links) => {
  const { beforeDisk, identity, versions, state } = commonParts(cluster, links);
  const spec = (effective: boolean): JsonObject =>
    replicationSpec(partId(cluster, 'replicationSpec'), cluster, { diskSize: true, effective, numShards: false });
  const major = majorVersion(cluster);
  return {
    adaptiveCapacity: null,
    ...beforeDisk,
    diskWarmingMode: 'FULLY_WARMED',
    effectiveDatabaseEdition: 'CORE',
    effectiveReplicationSpecs: [spec(false)],
    encryptionAtRestProvider: 'NONE',
    ...(major === undefined ? {} : { featureCompatibilityVersion: major }),
    ...identity,
    internalClusterRole: 'NONE',
    ...versions,
    redactClientLogData: false,
    replicationSpecs: [spec(true)],
    retainBackups: false,
    ...state,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: false,
    versionReleaseSystem: 'LTS',
  };
};
