import { listReply, NOTHING, pageOf, versions, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ApiKeyService } from './service.ts';
import {
  ApiKeySchema,
  AssignBody,
  CreateBody,
  encodeCreated,
  encodeInGroup,
  encodeListedInGroup,
  UpdateBody,
} from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations on the API keys of a project: the keys that have roles in the project. */
export function createGroupOperations(keys: ApiKeyService): readonly Operation[] {
  return [
    {
      id: 'listGroupApiKeys',
      summary: 'Returns the API keys that have roles in a project',
      method: 'GET',
      path: '/groups/:groupId/apiKeys',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: pageOf(ApiKeySchema),
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
      summary: 'Creates an API key with roles in a project',
      method: 'POST',
      event: 'API_KEY_CREATED',
      path: '/groups/:groupId/apiKeys',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 200, body: ApiKeySchema },
        async handle(request) {
          const key = await keys.createInGroup(request.caller, request.param('groupId'), request.body);
          return { status: 200, body: encodeCreated(key, request) };
        },
      }),
    },
    {
      id: 'addGroupApiKey',
      summary: 'Gives an API key of the organization roles in a project',
      method: 'POST',
      event: 'API_KEY_ADDED_TO_GROUP',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: AssignBody,
        answers: NOTHING,
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
      summary: 'Changes the roles of an API key in a project',
      method: 'PATCH',
      event: 'API_KEY_ROLES_CHANGED',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: UpdateBody,
        answers: { status: 200, body: ApiKeySchema },
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
      summary: 'Takes the roles in a project from an API key',
      method: 'DELETE',
      event: 'API_KEY_REMOVED_FROM_GROUP',
      path: '/groups/:groupId/apiKeys/:apiUserId',
      access: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await keys.removeFromGroup(request.caller, request.param('groupId'), request.param('apiUserId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
