import { NOTHING, version, versions, type Operation } from '../../http/index.ts';
import { CLOUD_PROVIDERS } from '../../object-store/addressing.ts';
import type { CloudProviderAccessService } from './service.ts';
import { DetailsSchema, encodeDetails } from './wire-longshore.ts';
import {
  AuthorizeBody,
  CreateBody,
  decodeAuthorize,
  decodeCreate,
  encode,
  encodeList,
  RoleSchema,
  RolesSchema,
} from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;
const ALL = '/groups/:groupId/cloudProviderAccess';
const ONE = `${ALL}/:roleId` as const;

export function createOperations(roles: CloudProviderAccessService): readonly Operation[] {
  return [
    {
      id: 'listGroupCloudProviderAccess',
      summary: 'Returns the cloud provider access roles of a project, grouped by provider',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudProviderAccess',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: RolesSchema },
        handle: async (request) => ({ status: 200, body: encodeList(await roles.list(request.param('groupId'))) }),
      }),
    },
    {
      id: 'createGroupCloudProviderAccess',
      summary: 'Creates a cloud provider access role, which is to be authorized next',
      method: 'POST',
      event: 'CLOUD_PROVIDER_ACCESS_ROLE_ADDED',
      path: ALL,
      access: OWN,
      rateLimit: 'cloudProviderAccess',
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 200, body: RoleSchema },
        handle: async (request) => {
          const role = await roles.create(request.param('groupId'), decodeCreate(request.body));
          return { status: 200, body: encode(role) };
        },
      }),
    },
    {
      id: 'getGroupCloudProviderAccess',
      summary: 'Returns one cloud provider access role',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudProviderAccess',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: RoleSchema },
        handle: async (request) => {
          const role = await roles.find(request.param('groupId'), request.param('roleId'));
          return { status: 200, body: encode(role) };
        },
      }),
    },
    {
      id: 'getCloudProviderAccessDetails',
      summary: 'Returns a cloud provider access role with what its provider is on this server, and with warnings',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudProviderAccess',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          handle: async (request) => {
            const used = await roles.find(request.param('groupId'), request.param('roleId'));
            return { status: 200, body: encodeDetails(used, roles.kindOf(used.role)) };
          },
        }),
      ],
    },
    {
      id: 'authorizeGroupCloudProviderAccessRole',
      summary: 'Authorizes a cloud provider access role',
      method: 'PATCH',
      event: 'CLOUD_PROVIDER_ACCESS_ROLE_UPDATED',
      path: ONE,
      access: OWN,
      rateLimit: 'cloudProviderAccess',
      versions: versions(VERSIONS, {
        body: AuthorizeBody,
        answers: { status: 200, body: RoleSchema },
        handle: async (request) => {
          const authorization = decodeAuthorize(request.body);
          const role = await roles.authorize(request.param('groupId'), request.param('roleId'), authorization);
          return { status: 200, body: encode(role) };
        },
      }),
    },
    {
      id: 'deauthorizeGroupCloudProviderAccessRole',
      summary: 'Removes a cloud provider access role',
      method: 'DELETE',
      event: 'CLOUD_PROVIDER_ACCESS_ROLE_DELETED',
      path: `${ALL}/:cloudProvider/:roleId`,
      pathValues: { cloudProvider: CLOUD_PROVIDERS },
      access: OWN,
      rateLimit: 'cloudProviderAccess',
      conflicts: true,
      versions: versions(VERSIONS, {
        answers: NOTHING,
        handle: async (request) => {
          const provider = request.param('cloudProvider');
          await roles.remove(request.param('groupId'), provider, request.param('roleId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
