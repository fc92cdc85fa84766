import { listReply, versions, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ApiKeyService } from './service.ts';
import { CreateBody, encodeCreated, encode, UpdateBody } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations on the API keys of an organization. */
export function createOrganizationOperations(keys: ApiKeyService): readonly Operation[] {
  return [
    {
      id: 'listOrgApiKeys',
      method: 'GET',
      path: '/orgs/:orgId/apiKeys',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        async handle(request) {
          const found = await keys.listOfOrganization(request.param('orgId'), request.page());
          return listReply(
            request,
            mapPage(found, (key) => encode(key, request)),
          );
        },
      }),
    },
    {
      id: 'createOrgApiKey',
      method: 'POST',
      event: 'API_KEY_CREATED',
      path: '/orgs/:orgId/apiKeys',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        body: CreateBody,
        async handle(request) {
          const key = await keys.createInOrganization(request.caller, request.param('orgId'), request.body);
          return { status: 200, body: encodeCreated(key, request) };
        },
      }),
    },
    {
      id: 'getOrgApiKey',
      method: 'GET',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        async handle(request) {
          const key = await keys.requireKey(request.param('orgId'), request.param('apiUserId'));
          return { status: 200, body: encode(key, request) };
        },
      }),
    },
    {
      id: 'updateOrgApiKey',
      method: 'PATCH',
      event: 'API_KEY_UPDATED',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        body: UpdateBody,
        async handle(request) {
          const orgId = request.param('orgId');
          const id = request.param('apiUserId');
          const key = await keys.updateInOrganization(request.caller, orgId, id, request.body);
          return { status: 200, body: encode(key, request) };
        },
      }),
    },
    {
      id: 'deleteOrgApiKey',
      method: 'DELETE',
      event: 'API_KEY_DELETED',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        async handle(request) {
          await keys.removeFromOrganization(request.param('orgId'), request.param('apiUserId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
