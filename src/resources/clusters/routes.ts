import { Type, type Static, type TObject, type TSchema } from 'typebox';
import {
  invalidAttribute,
  listReply,
  missingAttribute,
  pageOf,
  version,
  type Answer,
  type ApiReply,
  type ApiRequest,
  type Operation,
  type OperationVersion,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { REGISTERING_ROLES, type ClusterService } from './service.ts';
import { ClusterSchema20230101, ClusterSchema20230201, ClusterSchema20240805 } from './schemas.ts';
import {
  decodeChange,
  decodeSource,
  encodeRegistered,
  RegisterBody,
  RegisteredSchema,
  UpdateBody,
} from './wire-longshore.ts';
import type { Decoder, Encoder } from './wire.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const CREATE = { scope: 'group', anyOf: REGISTERING_ROLES } as const;
const MANAGE = {
  scope: 'group',
  anyOf: ['GROUP_CLUSTER_MANAGER', 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'],
} as const;
/** Testers of resilience may change how a cluster runs, and not where its data comes from. */
const CHANGE_SOURCE = { scope: 'group', anyOf: ['GROUP_CLUSTER_MANAGER'] } as const;
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

/** The answer to a removal. */
const REMOVED: Answer = { status: 202, body: Type.Object({}) };

type Handle = OperationVersion['handle'];

/** Makes the body and the handler of a version that creates or changes a cluster. */
type Change = <Schema extends NamedSchema>(
  body: Schema,
  decode: Decoder<Static<Schema>>,
  encode: Encoder,
  shown: TObject,
) => {
  readonly body: Schema;
  readonly answers: Answer;
  handle(request: ApiRequest<Static<Schema>>): Promise<ApiReply>;
};
type NamedSchema = typeof v1.Body | typeof v2.Body20230201 | typeof v2.Body20240805;

export function createOperations(clusters: ClusterService): readonly Operation[] {
  const list =
    (encode: Encoder): Handle =>
    async (request) => {
      const withRemoved = request.flag('includeDeletedWithRetainedBackups', false);
      const found = await clusters.list(request.param('groupId'), request.page(), { withRemoved });
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
  const reading = (
    handle: (encode: Encoder) => Handle,
    answer: (cluster: TSchema) => Answer,
  ): readonly OperationVersion[] => {
    const old = { answers: answer(ClusterSchema20230101), handle: handle(v1.encode) };
    const advanced = { answers: answer(ClusterSchema20230201), handle: handle(v2.encode20230201) };
    return [
      version({ version: 'v1.0', ...old }),
      version({ version: 'v1.5', ...advanced }),
      version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, ...old }),
      version({ version: '2023-02-01', superseded: SUPERSEDED_BY_2024_08_05, ...advanced }),
      version({
        version: '2024-08-05',
        answers: answer(ClusterSchema20240805),
        handle: handle(v2.encode20240805),
      }),
    ];
  };
  const changing = (change: Change): readonly OperationVersion[] => {
    const old = change(v1.Body, v1.decode, v1.encode, ClusterSchema20230101);
    const advanced = change(v2.Body20230201, v2.decode20230201, v2.encode20230201, ClusterSchema20230201);
    return [
      version({ version: 'v1.0', ...old }),
      version({ version: 'v1.5', ...advanced }),
      version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, ...old }),
      version({ version: '2023-02-01', superseded: SUPERSEDED_BY_2024_08_05, ...advanced }),
      version({
        version: '2024-08-05',
        superseded: SUPERSEDED_BY_2024_10_23,
        ...change(v2.Body20240805, v2.decode20240805(), v2.encode20240805, ClusterSchema20240805),
      }),
      version({
        version: '2024-10-23',
        ...change(
          v2.Body20240805,
          v2.decode20240805('INDEPENDENT_SHARD_SCALING'),
          v2.encode20240805,
          ClusterSchema20240805,
        ),
      }),
    ];
  };
  const create: Change = (body, decode, encode, shown) => ({
    body,
    // Atlas leaves out the tags of a new cluster that has none.
    answers: {
      status: 201,
      body: Type.Object({ ...shown.properties, tags: Type.Optional(Type.Index(shown, ['tags'])) }),
    },
    handle: async (request) => {
      const { name, tags } = request.body;
      if (name === undefined) throw missingAttribute('name');
      const cluster = await clusters.create(request.param('groupId'), name, (makeId) =>
        decode(request.body, undefined, makeId),
      );
      const { tags: shown, ...document } = encode(cluster, request);
      return { status: 201, body: tags === undefined || shown === undefined ? document : encode(cluster, request) };
    },
  });
  const update: Change = (body, decode, encode, shown) => ({
    body,
    answers: { status: 200, body: shown },
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
    const retain = request.flag('retainBackups', false);
    await clusters.remove(request.param('groupId'), request.param('clusterName'), { retain });
    return { status: 202, body: {} };
  };

  return [
    {
      id: 'listGroupClusters',
      summary: 'Returns the clusters of a project',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'clusters',
      query: {
        includeDeletedWithRetainedBackups: Type.Boolean({
          default: false,
          description: 'Whether deleted clusters whose backups are retained are in the list.',
        }),
      },
      versions: reading(list, (cluster) => pageOf(cluster)),
    },
    {
      id: 'getGroupCluster',
      summary: 'Returns one cluster',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'clusters',
      versions: reading(one, (cluster) => ({ status: 200, body: cluster })),
    },
    {
      id: 'createGroupCluster',
      summary: 'Creates a cluster of a template, if the server makes clusters',
      method: 'POST',
      event: 'CLUSTER_CREATED',
      path: ALL,
      access: CREATE,
      rateLimit: 'clusters',
      versions: changing(create),
    },
    {
      id: 'updateGroupCluster',
      summary: 'Changes what a cluster says about itself, which is kept and has no effect on a deployment',
      method: 'PATCH',
      event: 'CLUSTER_UPDATE_SUBMITTED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'clusters',
      versions: changing(update),
    },
    {
      id: 'deleteGroupCluster',
      summary: 'Removes a cluster, and its snapshots unless they are retained; a registered deployment stays',
      method: 'DELETE',
      event: 'CLUSTER_DELETE_SUBMITTED',
      path: ONE,
      conflicts: true,
      access: OWN,
      rateLimit: 'clusters',
      query: {
        retainBackups: Type.Boolean({
          default: false,
          description: 'Whether the completed snapshots stay until they expire.',
        }),
      },
      versions: [
        version({ version: 'v1.0', answers: REMOVED, handle: remove }),
        version({ version: 'v1.5', answers: REMOVED, handle: remove }),
        version({ version: '2023-01-01', superseded: SUPERSEDED_BY_2023_02_01, answers: REMOVED, handle: remove }),
        version({ version: '2023-02-01', answers: REMOVED, handle: remove }),
      ],
    },
    {
      id: 'registerCluster',
      summary: 'Registers a running deployment, or the output of mongodump, as a cluster',
      method: 'POST',
      event: 'CLUSTER_CREATED',
      path: ALL,
      access: CREATE,
      rateLimit: 'clusters',
      versions: [
        version({
          version: 'longshore-v1',
          body: RegisterBody,
          answers: { status: 201, body: RegisteredSchema },
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
    {
      id: 'updateClusterSource',
      summary:
        'Gives a registered cluster another source, such as a connection string with a new password, or changes what its snapshots permit',
      method: 'PATCH',
      event: 'CLUSTER_SOURCE_UPDATED',
      path: ONE,
      access: CHANGE_SOURCE,
      rateLimit: 'clusters',
      versions: [
        version({
          version: 'longshore-v1',
          body: UpdateBody,
          answers: { status: 200, body: RegisteredSchema },
          handle: async (request) => {
            const [groupId, name] = [request.param('groupId'), request.param('clusterName')];
            const changed = await clusters.changeSource(groupId, name, (present) =>
              decodeChange(request.body, present),
            );
            return { status: 200, body: encodeRegistered(changed.cluster, changed.report) };
          },
        }),
      ],
    },
  ];
}
