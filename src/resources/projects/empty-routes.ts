import { listReply, versions, type ApiRequest, type Operation } from '../../http/index.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const none = (request: ApiRequest<unknown>) => Promise.resolve(listReply(request, { results: [], totalCount: 0 }));

/** What Longshore has none of, and what clients such as Terraform read with every project. */
export const emptyOperations: readonly Operation[] = [
  {
    id: 'listGroupTeams',
    method: 'GET',
    path: '/groups/:groupId/teams',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], { handle: none }),
  },
  {
    id: 'listGroupUsers',
    method: 'GET',
    path: '/groups/:groupId/users',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01', '2025-02-19'], { handle: none }),
  },
  {
    id: 'listGroupInvites',
    method: 'GET',
    path: '/groups/:groupId/invites',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], { handle: () => Promise.resolve({ status: 200, body: [] }) }),
  },
  {
    id: 'getGroupIpAddresses',
    method: 'GET',
    path: '/groups/:groupId/ipAddresses',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], {
      handle: (request) =>
        Promise.resolve({ status: 200, body: { groupId: request.param('groupId'), services: { clusters: [] } } }),
    }),
  },
];
