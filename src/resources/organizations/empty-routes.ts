import { Type } from 'typebox';
import { listReply, pageOf, versions, type ApiRequest, type Operation } from '../../http/index.ts';

const READ = { scope: 'organization', anyOf: ['ORG_MEMBER'] } as const;
const none = (request: ApiRequest<unknown>) => Promise.resolve(listReply(request, { results: [], totalCount: 0 }));

/** What Longshore has none of, and what clients such as Terraform read with every organization. */
export const emptyOperations: readonly Operation[] = [
  {
    id: 'listOrgUsers',
    summary: 'Returns the people of an organization, of whom there are none',
    method: 'GET',
    path: '/orgs/:orgId/users',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01', '2025-02-19'], { answers: pageOf(Type.Object({})), handle: none }),
  },
  {
    id: 'listOrgTeams',
    summary: 'Returns the teams of an organization, of which there are none',
    method: 'GET',
    path: '/orgs/:orgId/teams',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01'], { answers: pageOf(Type.Object({})), handle: none }),
  },
  {
    id: 'listOrgInvites',
    summary: 'Returns the open invitations to an organization, of which there are none',
    method: 'GET',
    path: '/orgs/:orgId/invites',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01'], {
      answers: { status: 200, body: Type.Array(Type.Object({})) },
      handle: () => Promise.resolve({ status: 200, body: [] }),
    }),
  },
];
