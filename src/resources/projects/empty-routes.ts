import { Type } from 'typebox';
import { IdSchema, listReply, pageOf, versions, type ApiRequest, type Operation } from '../../http/index.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const none = (request: ApiRequest<unknown>) => Promise.resolve(listReply(request, { results: [], totalCount: 0 }));

const IpAddressesSchema = Type.Object(
  { groupId: IdSchema, services: Type.Object({ clusters: Type.Array(Type.Object({})) }) },
  { $id: 'GroupIpAddresses' },
);

/** What Longshore has none of, and what clients such as Terraform read with every project. */
export const emptyOperations: readonly Operation[] = [
  {
    id: 'listGroupTeams',
    summary: 'Returns the teams of a project, of which there are none',
    method: 'GET',
    path: '/groups/:groupId/teams',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], { answers: pageOf(Type.Object({})), handle: none }),
  },
  {
    id: 'listGroupUsers',
    summary: 'Returns the people of a project, of whom there are none',
    method: 'GET',
    path: '/groups/:groupId/users',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01', '2025-02-19'], { answers: pageOf(Type.Object({})), handle: none }),
  },
  {
    id: 'listGroupInvites',
    summary: 'Returns the open invitations to a project, of which there are none',
    method: 'GET',
    path: '/groups/:groupId/invites',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], {
      answers: { status: 200, body: Type.Array(Type.Object({})) },
      handle: () => Promise.resolve({ status: 200, body: [] }),
    }),
  },
  {
    id: 'getGroupIpAddresses',
    summary: 'Returns the addresses of the clusters of a project',
    method: 'GET',
    path: '/groups/:groupId/ipAddresses',
    access: READ,
    rateLimit: 'groups',
    versions: versions(['v1.0', '2023-01-01'], {
      answers: { status: 200, body: IpAddressesSchema },
      handle: (request) =>
        Promise.resolve({ status: 200, body: { groupId: request.param('groupId'), services: { clusters: [] } } }),
    }),
  },
];
