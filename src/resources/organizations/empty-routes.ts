import { listReply, versions, type ApiRequest, type Operation } from '../../http/index.ts';

const READ = { scope: 'organization', anyOf: ['ORG_MEMBER'] } as const;
const none = (request: ApiRequest<unknown>) => Promise.resolve(listReply(request, { results: [], totalCount: 0 }));

/** What Longshore has none of, and what clients such as Terraform read with every organization. */
export const emptyOperations: readonly Operation[] = [
  {
    id: 'listOrgUsers',
    method: 'GET',
    path: '/orgs/:orgId/users',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01', '2025-02-19'], { handle: none }),
  },
  {
    id: 'listOrgTeams',
    method: 'GET',
    path: '/orgs/:orgId/teams',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01'], { handle: none }),
  },
  {
    id: 'listOrgInvites',
    method: 'GET',
    path: '/orgs/:orgId/invites',
    access: READ,
    rateLimit: 'orgs',
    versions: versions(['v1.0', '2023-01-01'], { handle: () => Promise.resolve({ status: 200, body: [] }) }),
  },
];
