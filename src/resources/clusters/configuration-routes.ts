import { Type } from 'typebox';
import { listReply, version, versions, type Links, type Operation, type OperationVersion } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { invalidClusterConfiguration } from './errors.ts';
import type { ClusterService } from './service.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const ALL = '/groups/:groupId/clusters';
const ONE = `${ALL}/:clusterName` as const;
const SUPERSEDED_BY_2024_08_05 = {
  deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
};

/** Atlas's defaults. The arguments of a registered deployment are its operator's, and Longshore does not ask for them. */
const PROCESS_ARGS = {
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: null,
  chunkMigrationConcurrency: null,
  customOpensslCipherConfigTls12: [],
  customOpensslCipherConfigTls13: [],
  defaultMaxTimeMS: null,
  defaultWriteConcern: 'majority',
  javascriptEnabled: true,
  minimumEnabledTlsProtocol: 'TLS1_2',
  noTableScan: false,
  oplogMinRetentionHours: null,
  oplogSizeMB: null,
  queryStatsLogVerbosity: null,
  sampleRefreshIntervalBIConnector: null,
  sampleSizeBIConnector: null,
  tlsCipherConfigMode: 'DEFAULT',
  transactionLifetimeLimitSeconds: null,
} as const;
const PROCESS_ARGS_2023 = { ...PROCESS_ARGS, defaultReadConcern: null, failIndexKeyTooLong: null };

const AnyBody = Type.Object({}, { additionalProperties: true });

/** The operations on how a cluster is run, which Atlas's clients call beside the backups. */
export function createConfigurationOperations(clusters: Pick<ClusterService, 'requireCluster'>): readonly Operation[] {
  const ofCluster =
    (body: (links: Links, path: string) => JsonObject): OperationVersion['handle'] =>
    async (request) => {
      const [groupId, name] = [request.param('groupId'), request.param('clusterName')];
      await clusters.requireCluster(groupId, name);
      return { status: 200, body: body(request, `/groups/${groupId}/clusters/${name}`) };
    };
  const refuseChange: OperationVersion['handle'] = async (request) => {
    await clusters.requireCluster(request.param('groupId'), request.param('clusterName'));
    throw invalidClusterConfiguration('Longshore does not change how a registered deployment is run');
  };
  return [
    {
      id: 'getGroupClusterProcessArgs',
      method: 'GET',
      path: `${ONE}/processArgs`,
      access: READ,
      rateLimit: 'clusters',
      versions: [
        version({ version: 'v1.0', handle: ofCluster(() => PROCESS_ARGS_2023) }),
        version({
          version: '2023-01-01',
          superseded: SUPERSEDED_BY_2024_08_05,
          handle: ofCluster(() => PROCESS_ARGS_2023),
        }),
        version({ version: '2024-08-05', handle: ofCluster(() => PROCESS_ARGS) }),
      ],
    },
    {
      id: 'updateGroupClusterProcessArgs',
      method: 'PATCH',
      event: 'CLUSTER_UPDATE_SUBMITTED',
      path: `${ONE}/processArgs`,
      access: { scope: 'group', anyOf: ['GROUP_CLUSTER_MANAGER'] },
      rateLimit: 'clusters',
      versions: [
        version({ version: 'v1.0', body: AnyBody, handle: refuseChange }),
        version({
          version: '2023-01-01',
          superseded: SUPERSEDED_BY_2024_08_05,
          body: AnyBody,
          handle: refuseChange,
        }),
        version({ version: '2024-08-05', body: AnyBody, handle: refuseChange }),
      ],
    },
    {
      id: 'getGroupClusterStatus',
      method: 'GET',
      path: `${ONE}/status`,
      access: READ,
      rateLimit: 'clusters',
      versions: versions(['v1.0', '2023-01-01'], {
        handle: ofCluster((links, path) => ({
          changeStatus: 'APPLIED',
          links: [{ href: links.link(`${path}/status`), rel: 'self' }],
        })),
      }),
    },
    {
      id: 'autoGroupClusterScalingConfiguration',
      method: 'GET',
      path: `${ONE}/autoScalingConfiguration`,
      access: READ,
      rateLimit: 'clusters',
      versions: [
        version({
          version: '2024-08-05',
          handle: ofCluster(() => ({ autoScalingMode: 'CLUSTER_WIDE_SCALING' })),
        }),
      ],
    },
    {
      id: 'listGroupClusterProviderRegions',
      method: 'GET',
      path: `${ALL}/provider/regions`,
      access: READ,
      rateLimit: 'clusters',
      // No cluster is made here, so there is no region for one.
      versions: versions(['v1.0', '2023-01-01'], {
        handle: (request) => Promise.resolve(listReply(request, { results: [], totalCount: 0 })),
      }),
    },
  ];
}
