import { listReply, versions, type Operation } from '../../http/index.ts';

/** The operations of network peering containers. A registered deployment has none, but clients list them for each cluster. */
export const containerOperations: readonly Operation[] = [
  {
    id: 'listGroupContainers',
    method: 'GET',
    path: '/groups/:groupId/containers',
    access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], {
      handle: (request) => Promise.resolve(listReply(request, { results: [], totalCount: 0 })),
    }),
  },
];
