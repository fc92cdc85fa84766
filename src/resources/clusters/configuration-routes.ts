import { Type } from 'typebox';
import {
  LinksSchema,
  listReply,
  pageOf,
  version,
  versions,
  type ApiReply,
  type ApiRequest,
  type Links,
  type Operation,
  type OperationVersion,
} from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { pageOfAll } from '../../kernel/page.ts';
import type { Configuration } from './configuration.ts';
import type { ShownCluster } from './model.ts';
import {
  Body20230101,
  Body20240805,
  decodeProcessArgs,
  encodeProcessArgs20230101,
  encodeProcessArgs20240805,
  ProcessArgsSchema20230101,
  ProcessArgsSchema20240805,
} from './process-args.ts';
import { CLUSTER_PROVIDERS, REGIONS } from './regions.ts';
import { INSTANCE_SIZES } from './instance-sizes.ts';
import type { ClusterService } from './service.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const ALL = '/groups/:groupId/clusters';
const ONE = `${ALL}/:clusterName` as const;
const SUPERSEDED_BY_2024_08_05 = {
  deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
};

const StatusSchema = Type.Object(
  { changeStatus: Type.Enum(['APPLIED', 'PENDING']), links: LinksSchema },
  { $id: 'ClusterStatus' },
);
const ScalingSchema = Type.Object(
  { autoScalingMode: Type.Enum(['CLUSTER_WIDE_SCALING', 'INDEPENDENT_SHARD_SCALING']) },
  { $id: 'AutoScalingConfiguration' },
);
const RegionsSchema = Type.Object(
  {
    instanceSizes: Type.Array(
      Type.Object({
        availableRegions: Type.Array(Type.Object({ default: Type.Boolean(), name: Type.String() })),
        name: Type.String(),
      }),
    ),
    provider: Type.Enum([...CLUSTER_PROVIDERS]),
  },
  { $id: 'ProviderRegions' },
);

/** The operations on how a cluster is run, which Atlas's clients call beside the backups. */
export function createConfigurationOperations(
  clusters: Pick<ClusterService, 'requireShown' | 'update' | 'createsClusters'>,
): readonly Operation[] {
  const ofCluster =
    (body: (cluster: ShownCluster, links: Links, path: string) => JsonObject): OperationVersion['handle'] =>
    async (request) => {
      const [groupId, name] = [request.param('groupId'), request.param('clusterName')];
      const cluster = await clusters.requireShown(groupId, name);
      return { status: 200, body: body(cluster, request, `/groups/${groupId}/clusters/${name}`) };
    };
  const args = (encode: (configuration: Configuration) => JsonObject): OperationVersion['handle'] =>
    ofCluster(({ configuration }) => encode(configuration));
  const changeArgs =
    (encode: (configuration: Configuration) => JsonObject) =>
    async (request: ApiRequest<Parameters<typeof decodeProcessArgs>[0]>): Promise<ApiReply> => {
      const { configuration } = await clusters.update(
        request.param('groupId'),
        request.param('clusterName'),
        (present) => decodeProcessArgs(request.body, present),
      );
      return { status: 200, body: encode(configuration) };
    };
  return [
    {
      id: 'getGroupClusterProcessArgs',
      summary: 'Returns the advanced configuration of a cluster',
      method: 'GET',
      path: `${ONE}/processArgs`,
      access: READ,
      rateLimit: 'clusters',
      versions: [
        version({
          version: 'v1.0',
          answers: { status: 200, body: ProcessArgsSchema20230101 },
          handle: args(encodeProcessArgs20230101),
        }),
        version({
          version: '2023-01-01',
          superseded: SUPERSEDED_BY_2024_08_05,
          answers: { status: 200, body: ProcessArgsSchema20230101 },
          handle: args(encodeProcessArgs20230101),
        }),
        version({
          version: '2024-08-05',
          answers: { status: 200, body: ProcessArgsSchema20240805 },
          handle: args(encodeProcessArgs20240805),
        }),
      ],
    },
    {
      id: 'updateGroupClusterProcessArgs',
      summary: 'Changes the advanced configuration of a cluster, which is kept and has no effect on a deployment',
      method: 'PATCH',
      event: 'CLUSTER_UPDATE_SUBMITTED',
      path: `${ONE}/processArgs`,
      access: { scope: 'group', anyOf: ['GROUP_CLUSTER_MANAGER'] },
      rateLimit: 'clusters',
      versions: [
        version({
          version: 'v1.0',
          body: Body20230101,
          answers: { status: 200, body: ProcessArgsSchema20230101 },
          handle: changeArgs(encodeProcessArgs20230101),
        }),
        version({
          version: '2023-01-01',
          superseded: SUPERSEDED_BY_2024_08_05,
          body: Body20230101,
          answers: { status: 200, body: ProcessArgsSchema20230101 },
          handle: changeArgs(encodeProcessArgs20230101),
        }),
        version({
          version: '2024-08-05',
          body: Body20240805,
          answers: { status: 200, body: ProcessArgsSchema20240805 },
          handle: changeArgs(encodeProcessArgs20240805),
        }),
      ],
    },
    {
      id: 'getGroupClusterStatus',
      summary: 'Returns whether the changes of a cluster are applied',
      method: 'GET',
      path: `${ONE}/status`,
      access: READ,
      rateLimit: 'clusters',
      versions: versions(['v1.0', '2023-01-01'], {
        answers: { status: 200, body: StatusSchema },
        handle: ofCluster(({ state }, links, path) => ({
          changeStatus: state === 'IDLE' ? 'APPLIED' : 'PENDING',
          links: [{ href: links.link(`${path}/status`), rel: 'self' }],
        })),
      }),
    },
    {
      id: 'autoGroupClusterScalingConfiguration',
      summary: 'Returns how the shards of a cluster are scaled',
      method: 'GET',
      path: `${ONE}/autoScalingConfiguration`,
      access: READ,
      rateLimit: 'clusters',
      versions: [
        version({
          version: '2024-08-05',
          superseded: { deprecation: 'Wed, 23 Oct 2024 00:00:00 GMT' },
          answers: { status: 200, body: ScalingSchema },
          handle: ofCluster(({ configuration: { autoScalingMode } }) => ({ autoScalingMode })),
        }),
      ],
    },
    {
      id: 'listGroupClusterProviderRegions',
      summary: 'Returns the regions in which clusters can be created',
      method: 'GET',
      path: `${ALL}/provider/regions`,
      access: READ,
      rateLimit: 'clusters',
      query: { providers: Type.String(), tier: Type.String() },
      versions: versions(['v1.0', '2023-01-01'], {
        answers: pageOf(RegionsSchema),
        handle: (request) => {
          const results = clusters.createsClusters
            ? providerRegions(request.query('providers'), request.query('tier'))
            : [];
          return Promise.resolve(listReply(request, pageOfAll(results, request.page())));
        },
      }),
    },
  ];
}

/** Returns where a cluster can be created. A server that creates none has no region for one. @param tier a size, such as M10. */
function providerRegions(provider: string | undefined, tier: string | undefined): readonly JsonObject[] {
  return CLUSTER_PROVIDERS.filter((each) => provider === undefined || each === provider).map((each) => ({
    instanceSizes: INSTANCE_SIZES.filter((size) => tier === undefined || size === tier).map((size) => ({
      availableRegions: REGIONS[each].map((name, index) => ({ default: index === 0, name })),
      name: size,
    })),
    provider: each,
  }));
}
