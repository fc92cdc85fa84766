import type { Static } from 'typebox';
import {
  invalidAttribute,
  invalidQueryParameter,
  listReply,
  missingAttribute,
  version,
  type ApiReply,
  type ApiRequest,
  type Operation,
  type OperationVersion,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ClusterService } from './service.ts';
import { decodeSource, encodeRegistered, RegisterBody } from './wire-longshore.ts';
import type { Decoder, Encoder } from './wire.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const CREATE = { scope: 'group', anyOf: ['GROUP_CLUSTER_CREATOR'] } as const;
const MANAGE = {
  scope: 'group',
  anyOf: ['GROUP_CLUSTER_MANAGER', 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'],
} as const;
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;
const ALL = '/groups/:groupId/clusters';
const ONE = `${ALL}/:clusterName` as const;

const SUNSET = 'Thu, 1 Jul 2027 00:00:00 GMT';
const SUPERSEDED_BY_2023_02_01 = { deprecation: 'Wed, 1 Feb 2023 00:00:00 GMT', sunset: SUNSET };
const SUPERSEDED_BY_2024_08_05 = { deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT', sunset: SUNSET };
const SUPERSEDED_BY_2024_10_23 = {
  deprecation: 'Wed, 23 Oct 2024 00:00:00 GMT',
  sunset: 'Mon, 1 Mar 2027 00:00:00 GMT',
};

type Handle = OperationVersion['handle'];

/** Makes the body and the handler of a version that creates or changes a cluster. */
type Change = <Schema extends NamedSchema>(
  body: Schema,
  decode: Decoder<Static<Schema>>,
  encode: Encoder,
) => { readonly body: Schema; handle(request: ApiRequest<Static<Schema>>): Promise<ApiReply> };
type NamedSchema = typeof v1.Body | typeof v2.Body20230201 | typeof v2.Body20240805;

export function createOperations(clusters: ClusterService): readonly Operation[] {
  const list =
    (encode: Encoder): Handle =>
    async (request) => {
      const found = await clusters.list(request.param('groupId'), request.page());
      return listReply(
        request,
        mapPage(found, (cluster) => encode(cluster, request)),
      );
    };
  const one =
    (encode: Encoder): Handle =>
    async (request) => {
      const cluster = await clusters.show(request.param('groupId'), request.param('clusterName'));
      return { status: 200, body: encode(cluster, request) };
    };
  const reading = (handle: (encode: Encoder) => Handle): readonly OperationVersion[] => [
    version({ version: 'v1.0', handle: handle(v1.encode) }),
    version({ version: 'v1.5', handle: handle(v2.encode20230201) }),
    version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, handle: handle(v1.encode) }),
    version({ version: '2023-02-01', superseded: SUPERSEDED_BY_2024_08_05, handle: handle(v2.encode20230201) }),
    version({ version: '2024-08-05', handle: handle(v2.encode20240805) }),
  ];
  const changing = (change: Change): readonly OperationVersion[] => {
    const old = change(v1.Body, v1.decode, v1.encode);
    const advanced = change(v2.Body20230201, v2.decode20230201, v2.encode20230201);
    return [
      version({ version: 'v1.0', ...old }),
      version({ version: 'v1.5', ...advanced }),
      version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, ...old }),
      version({ version: '2023-02-01', superseded: SUPERSEDED_BY_2024_08_05, ...advanced }),
      version({
        version: '2024-08-05',
        superseded: SUPERSEDED_BY_2024_10_23,
        ...change(v2.Body20240805, v2.decode20240805(), v2.encode20240805),
      }),
      version({
        version: '2024-10-23',
        ...change(v2.Body20240805, v2.decode20240805('INDEPENDENT_SHARD_SCALING'), v2.encode20240805),
      }),
    ];
  };
  const create: Change = (body, decode, encode) => ({
    body,
    handle: async (request) => {
      const { name, tags } = request.body;
      if (name === undefined) throw missingAttribute('name');
      const cluster = await clusters.create(request.param('groupId'), name, (makeId) =>
        decode(request.body, undefined, makeId),
      );
      const { tags: shown, ...document } = encode(cluster, request);
      // Atlas leaves out the tags of a new cluster that has none.
      return { status: 201, body: tags === undefined || shown === undefined ? document : encode(cluster, request) };
    },
  });
  const update: Change = (body, decode, encode) => ({
    body,
    handle: async (request) => {
      const name = request.param('clusterName');
      const cluster = await clusters.update(request.param('groupId'), name, (present, makeId) => {
        if (request.body.name !== undefined && request.body.name !== name) throw invalidAttribute('name');
        return decode(request.body, present, makeId);
      });
      return { status: 200, body: encode(cluster, request) };
    },
  });
  const remove: Handle = async (request) => {
    // Backups cannot be retained, because their paths contain the removed cluster.
    if (request.query('retainBackups') === 'true') throw invalidQueryParameter('retainBackups');
    await clusters.remove(request.param('groupId'), request.param('clusterName'));
    return { status: 202, body: {} };
  };

  return [
    {
      id: 'listGroupClusters',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'clusters',
      versions: reading(list),
    },
    { id: 'getGroupCluster', method: 'GET', path: ONE, access: READ, rateLimit: 'clusters', versions: reading(one) },
    {
      id: 'createGroupCluster',
      method: 'POST',
      event: 'CLUSTER_CREATED',
      path: ALL,
      access: CREATE,
      rateLimit: 'clusters',
      versions: changing(create),
    },
    {
      id: 'updateGroupCluster',
      method: 'PATCH',
      event: 'CLUSTER_UPDATE_SUBMITTED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'clusters',
      versions: changing(update),
    },
    {
      id: 'deleteGroupCluster',
      method: 'DELETE',
      event: 'CLUSTER_DELETE_SUBMITTED',
      path: ONE,
      access: OWN,
      rateLimit: 'clusters',
      versions: [
        version({ version: 'v1.0', handle: remove }),
        version({ version: 'v1.5', handle: remove }),
        version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, handle: remove }),
        version({ version: '2023-02-01', handle: remove }),
      ],
    },
    {
      id: 'registerCluster',
      method: 'POST',
      event: 'CLUSTER_CREATED',
      path: ALL,
      access: CREATE,
      rateLimit: 'clusters',
      versions: [
        version({
          version: 'longshore-v1',
          body: RegisterBody,
          handle: async (request) => {
            const source = decodeSource(request.body);
            const { name, allowEmpty = false, strict = false } = request.body;
            const choices = { allowEmpty, strict };
            const { cluster, report } = await clusters.register(request.param('groupId'), name, source, choices);
            return { status: 201, body: encodeRegistered(cluster, report) };
          },
        }),
      ],
    },
  ];
}
