import { listReply, versions, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ApiKeyService } from './service.ts';
import { AssignBody, CreateBody, encodeCreated, encodeInGroup, encodeListedInGroup, UpdateBody } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations on the API keys of a project: the keys that have roles in the project. */
export function createGroupOperations(keys: ApiKeyService): readonly Operation[] {
  return [
    {
      id: 'listGroupApiKeys',
      method: 'GET',
      path: '/groups/:groupId/apiKeys',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const groupId = request.param('groupId');
          const found = await keys.listOfGroup(groupId, request.page());
          return listReply(
            request,
            mapPage(found, (key) => encodeListedInGroup(key, groupId, request)),
          );
        },
      }),
    },
    {
      id: 'createGroupApiKey',
      method: 'POST',
      event: 'API_KEY_CREATED',
      path: '/groups/:groupId/apiKeys',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: CreateBody,
        async handle(request) {
          const key = await keys.createInGroup(request.caller, request.param('groupId'), request.body);
          return { status: 200, body: encodeCreated(key, request) };
        },
      }),
    },
    {
      id: 'addGroupApiKey',
      method: 'POST',
      event: 'API_KEY_ADDED_TO_GROUP',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: AssignBody,
        async handle(request) {
          const roles = request.body.flatMap((item) => item.roles);
          await keys.updateInGroup(request.caller, request.param('groupId'), request.param('apiUserId'), {
            roles,
          });
          return { status: 204 };
        },
      }),
    },
    {
      id: 'updateGroupApiKeyRoles',
      method: 'PATCH',
      event: 'API_KEY_ROLES_CHANGED',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: UpdateBody,
        async handle(request) {
          const groupId = request.param('groupId');
          const id = request.param('apiUserId');
          const key = await keys.updateInGroup(request.caller, groupId, id, request.body);
          return { status: 200, body: encodeInGroup(key, groupId, request) };
        },
      }),
    },
    {
      id: 'removeGroupApiKey',
      method: 'DELETE',
      event: 'API_KEY_REMOVED_FROM_GROUP',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        async handle(request) {
          await keys.removeFromGroup(request.caller, request.param('groupId'), request.param('apiUserId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
