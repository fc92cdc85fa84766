import { Type, type Static, type TObject } from 'typebox';
import { ReadOnly, type Links } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { requireValidTags, TagsBody } from '../projects/index.ts';
import { isShared, type Configuration, type Settings } from './configuration.ts';
import type { ShownCluster } from './model.ts';
import { publicConnectionStrings } from './source.ts';

/** Encodes a cluster for one version. */
export type Encoder = (cluster: ShownCluster, links: Links) => JsonObject;

/**
 * Decodes a body of one version.
 * @param present the configuration that the body changes; undefined for a new cluster.
 * @param makeId makes the id of a new part.
 * @throws ApiError if an attribute is missing.
 */
export type Decoder<Body> = (body: Body, present: Configuration | undefined, makeId: () => Id) => Configuration;

export const Flag = Type.Optional(Type.Boolean());
/** The id of a part of a cluster, such as a shard. */
export const PartId = Type.Optional(Type.String({ pattern: '^([a-f0-9]{24})$' }));
export const ZoneName = Type.Optional(Type.String({ maxLength: 255 }));

const Text = Type.String({ minLength: 1, maxLength: 255 });

export const TLS_ATTRIBUTES = {
  customOpensslCipherConfigTls12: Type.Optional(
    Type.Array(Type.Enum(['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']), {
      maxItems: 2,
    }),
  ),
  customOpensslCipherConfigTls13: Type.Optional(
    Type.Array(
      Type.Enum([
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_128_CCM_SHA256',
      ]),
      { maxItems: 4 },
    ),
  ),
  minimumEnabledTlsProtocol: Type.Optional(Type.Enum(['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3'])),
  tlsCipherConfigMode: Type.Optional(Type.Enum(['CUSTOM', 'DEFAULT'])),
};

/** The attributes of a body that all versions have. */
export const SHARED_ATTRIBUTES = {
  acceptDataRisksAndForceReplicaSetReconfig: Type.Optional(Type.String()),
  advancedConfiguration: Type.Optional(Type.Object(TLS_ATTRIBUTES)),
  backupEnabled: Flag,
  biConnector: Type.Optional(
    Type.Object({
      enabled: Flag,
      readPreference: Type.Optional(
        Type.Enum(['PRIMARY', 'SECONDARY', 'ANALYTICS', 'primary', 'secondary', 'analytics']),
      ),
    }),
  ),
  clusterType: Type.Optional(Type.Enum(['REPLICASET', 'SHARDED', 'GEOSHARDED'])),
  configServerManagementMode: Type.Optional(Type.Enum(['ATLAS_MANAGED', 'FIXED_TO_DEDICATED'])),
  configServerType: ReadOnly,
  connectionStrings: ReadOnly,
  createDate: ReadOnly,
  diskWarmingMode: Type.Optional(Type.Enum(['FULLY_WARMED', 'VISIBLE_EARLIER', 'ENHANCED_FULLY_WARMED'])),
  encryptionAtRestProvider: Type.Optional(Type.Enum(['NONE', 'AWS', 'AZURE', 'GCP'])),
  featureCompatibilityVersion: ReadOnly,
  featureCompatibilityVersionExpirationDate: ReadOnly,
  globalClusterSelfManagedSharding: Flag,
  groupId: ReadOnly,
  id: ReadOnly,
  labels: Type.Optional(
    Type.Array(Type.Object({ key: Type.Optional(Text), value: Type.Optional(Text) }), { maxItems: 50 }),
  ),
  links: ReadOnly,
  mongoDBEmployeeAccessGrant: ReadOnly,
  mongoDBMajorVersion: Type.Optional(Type.String({ pattern: '^[0-9]{1,2}\\.[0-9]{1,2}$' })),
  mongoDBVersion: ReadOnly,
  name: Type.Optional(Type.String()),
  paused: Flag,
  pitEnabled: Flag,
  replicaSetScalingStrategy: Type.Optional(Type.Enum(['SEQUENTIAL', 'WORKLOAD_TYPE', 'NODE_TYPE'])),
  rootCertType: Type.Optional(Type.Enum(['ISRGROOTX1'])),
  stateName: ReadOnly,
  tags: Type.Optional(TagsBody),
  terminationProtectionEnabled: Flag,
  versionReleaseSystem: Type.Optional(Type.Enum(['LTS', 'CONTINUOUS'])),
};

/** Returns the settings with those that a body has. @throws ApiError `INVALID_ATTRIBUTE` for a wrong tag */
export function decodeSettings(body: Static<TObject<typeof SHARED_ATTRIBUTES>>, present: Settings): Settings {
  requireValidTags(body.tags ?? []);
  const majorVersion = body.mongoDBMajorVersion ?? present.mongoDBMajorVersion;
  const scaling = body.replicaSetScalingStrategy ?? present.replicaSetScalingStrategy;
  return {
    advancedConfiguration: { ...present.advancedConfiguration, ...body.advancedConfiguration },
    backupEnabled: body.backupEnabled ?? present.backupEnabled,
    biConnector: {
      enabled: body.biConnector?.enabled ?? present.biConnector.enabled,
      readPreference: (body.biConnector?.readPreference ?? present.biConnector.readPreference).toLowerCase(),
    },
    clusterType: body.clusterType ?? present.clusterType,
    configServerManagementMode: body.configServerManagementMode ?? present.configServerManagementMode,
    diskWarmingMode: body.diskWarmingMode ?? present.diskWarmingMode,
    encryptionAtRestProvider: body.encryptionAtRestProvider ?? present.encryptionAtRestProvider,
    globalClusterSelfManagedSharding: body.globalClusterSelfManagedSharding ?? present.globalClusterSelfManagedSharding,
    labels: body.labels?.map(({ key = '', value = '' }) => ({ key, value })) ?? present.labels,
    ...(majorVersion !== undefined && { mongoDBMajorVersion: majorVersion }),
    paused: body.paused ?? present.paused,
    pitEnabled: body.pitEnabled ?? present.pitEnabled,
    ...(scaling !== undefined && { replicaSetScalingStrategy: scaling }),
    rootCertType: body.rootCertType ?? present.rootCertType,
    tags: body.tags ?? present.tags,
    terminationProtectionEnabled: body.terminationProtectionEnabled ?? present.terminationProtectionEnabled,
    versionReleaseSystem: body.versionReleaseSystem ?? present.versionReleaseSystem,
  };
}

/** Returns the attributes that all versions show. The keys are not in wire order. */
export function sharedAttributes(cluster: ShownCluster, links: Links): JsonObject {
  const { settings } = cluster.configuration;
  const { configServerManagementMode, advancedConfiguration, ...shown } = settings;
  const isSharded = settings.clusterType !== 'REPLICASET';
  return {
    ...shown,
    ...(!isShared(cluster.configuration) && { advancedConfiguration }),
    ...(isSharded && { configServerManagementMode, configServerType: 'EMBEDDED' }),
    connectionStrings: {
      ...(isSharded && { awsPrivateLinkSrv: {}, privateEndpoint: [] }),
      ...shownConnectionStrings(cluster),
    },
    createDate: atlasTime(cluster.createdAt),
    groupId: cluster.groupId,
    id: cluster.id,
    links: clusterLinks(cluster, links),
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    stateName: cluster.state,
  };
}

/** Returns the size of the disks in the versions that have one for the whole cluster. */
export function diskSize({ shards }: Configuration): { diskSizeGB?: number } {
  const region = shards[0]?.regionConfigs[0];
  return region === undefined ? {} : { diskSizeGB: region.electable.diskSizeGB };
}

/**
 * Returns the connection strings of a cluster. A cluster that is being created has none yet. A cluster that a client created of a dump
 * has some that lead nowhere (RFC 2606 reserves `invalid`), because clients such as Terraform need them.
 */
export function shownConnectionStrings(cluster: ShownCluster): ReturnType<typeof publicConnectionStrings> {
  const { state, source, isProvisioned = false, name, groupId } = cluster;
  if (state === 'CREATING') return {};
  if (!isProvisioned || source?.kind === 'mongodb') return publicConnectionStrings(source);
  const host = `${name.toLowerCase()}.${groupId}.invalid`;
  return { standard: `mongodb://${host}:27017/`, standardSrv: `mongodb+srv://${host}` };
}

/** Sorts the keys of a document as Atlas does. */
export function alphabetical(document: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function clusterLinks(cluster: ShownCluster, links: Links): readonly JsonObject[] {
  const self = links.link(`/groups/${cluster.groupId}/clusters/${cluster.name}`);
  return [
    { href: self, rel: 'self' },
    { href: `${self}/backup/restoreJobs`, rel: 'https://cloud.mongodb.com/restoreJobs' },
    { href: `${self}/backup/snapshots`, rel: 'https://cloud.mongodb.com/snapshots' },
  ];
}
