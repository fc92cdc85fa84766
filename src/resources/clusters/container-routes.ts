import { Type } from 'typebox';
import {
  invalidQueryParameter,
  listReply,
  pageOf,
  versions,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { pageOfAll } from '../../kernel/page.ts';
import { ContainerSchema, containersOf } from './containers.ts';
import { CLUSTER_PROVIDERS } from './regions.ts';
import type { ClusterService } from './service.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const ALL = '/groups/:groupId/containers';
const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations of network peering containers, which clients list for each cluster. */
export function createContainerOperations(clusters: Pick<ClusterService, 'listOfProjects'>): readonly Operation[] {
  const all = async (request: ApiRequest<unknown>): Promise<readonly JsonObject[]> => {
    const groupId = request.param('groupId');
    const found = await clusters.listOfProjects([groupId]);
    const shards = found.flatMap(({ configuration }) => configuration.shards);
    return containersOf(
      groupId,
      shards.flatMap(({ regionConfigs }) => regionConfigs),
    );
  };
  const page = (request: ApiRequest<unknown>, found: readonly JsonObject[]) =>
    listReply(request, pageOfAll(found, request.page()));

  return [
    {
      id: 'listGroupContainers',
      summary: 'Returns the network peering containers of a project in one cloud',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'groups',
      query: { providerName: Type.Enum([...CLUSTER_PROVIDERS], { default: 'AWS' }) },
      versions: versions(VERSIONS, {
        answers: pageOf(ContainerSchema),
        handle: async (request) => {
          const provider = request.query('providerName') ?? 'AWS';
          if (!CLUSTER_PROVIDERS.some((known) => known === provider)) throw invalidQueryParameter('providerName');
          const found = await all(request);
          return page(
            request,
            found.filter(({ providerName }) => providerName === provider),
          );
        },
      }),
    },
    {
      id: 'listGroupContainerAll',
      summary: 'Returns the network peering containers of a project',
      method: 'GET',
      path: `${ALL}/all`,
      access: READ,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: pageOf(ContainerSchema),
        handle: async (request) => page(request, await all(request)),
      }),
    },
  ];
}
