import { listReply, NOTHING, pageOf, versions, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ApiKeyService } from './service.ts';
import { ApiKeySchema, CreateBody, encode, encodeCreated, UpdateBody } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations on the API keys of an organization. */
export function createOrganizationOperations(keys: ApiKeyService): readonly Operation[] {
  return [
    {
      id: 'listOrgApiKeys',
      summary: 'Returns the API keys of an organization',
      method: 'GET',
      path: '/orgs/:orgId/apiKeys',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        answers: pageOf(ApiKeySchema),
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
      summary: 'Creates an API key in an organization',
      method: 'POST',
      event: 'API_KEY_CREATED',
      path: '/orgs/:orgId/apiKeys',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 200, body: ApiKeySchema },
        async handle(request) {
          const key = await keys.createInOrganization(request.caller, request.param('orgId'), request.body);
          return { status: 200, body: encodeCreated(key, request) };
        },
      }),
    },
    {
      id: 'getOrgApiKey',
      summary: 'Returns one API key of an organization',
      method: 'GET',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: ApiKeySchema },
        async handle(request) {
          const key = await keys.requireKey(request.param('orgId'), request.param('apiUserId'));
          return { status: 200, body: encode(key, request) };
        },
      }),
    },
    {
      id: 'updateOrgApiKey',
      summary: 'Changes the description or the roles of an API key',
      method: 'PATCH',
      event: 'API_KEY_UPDATED',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      conflicts: true,
      versions: versions(VERSIONS, {
        body: UpdateBody,
        answers: { status: 200, body: ApiKeySchema },
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
      summary: 'Removes an API key from its organization',
      method: 'DELETE',
      event: 'API_KEY_DELETED',
      path: '/orgs/:orgId/apiKeys/:apiUserId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      conflicts: true,
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await keys.removeFromOrganization(request.param('orgId'), request.param('apiUserId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
