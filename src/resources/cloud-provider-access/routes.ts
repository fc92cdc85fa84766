import { missingAttribute, version, type Operation } from '../../http/index.ts';
import { providerUnsupported } from './errors.ts';
import type { CloudProviderAccessService } from './service.ts';
import { AuthorizeAccessRole, CreateAccessRole, roleDocument, rolesDocument } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

export function cloudProviderAccessRoutes(service: CloudProviderAccessService): readonly Operation[] {
  return [
    {
      id: 'listGroupCloudProviderAccess',
      method: 'GET',
      path: '/groups/:groupId/cloudProviderAccess',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'cloudProviderAccess',
      versions: VERSIONS.map((name) =>
        version({
          version: name,
          async handle(request) {
            return { status: 200, body: rolesDocument(await service.list(request.param('groupId'))) };
          },
        }),
      ),
    },
    {
      id: 'createGroupCloudProviderAccess',
      method: 'POST',
      path: '/groups/:groupId/cloudProviderAccess',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'cloudProviderAccess',
      versions: VERSIONS.map((name) =>
        version({
          version: name,
          body: CreateAccessRole,
          async handle(request) {
            const made = await service.create(request.param('groupId'), request.body.providerName);
            return { status: 200, body: roleDocument(made) };
          },
        }),
      ),
    },
    {
      id: 'getGroupCloudProviderAccess',
      method: 'GET',
      path: '/groups/:groupId/cloudProviderAccess/:roleId',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'cloudProviderAccess',
      versions: VERSIONS.map((name) =>
        version({
          version: name,
          async handle(request) {
            const found = await service.get(request.param('groupId'), request.param('roleId'));
            return { status: 200, body: roleDocument(found) };
          },
        }),
      ),
    },
    {
      id: 'authorizeGroupCloudProviderAccessRole',
      method: 'PATCH',
      path: '/groups/:groupId/cloudProviderAccess/:roleId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'cloudProviderAccess',
      versions: VERSIONS.map((name) =>
        version({
          version: name,
          body: AuthorizeAccessRole,
          async handle(request) {
            const { providerName: provider, iamAssumedRoleArn } = request.body;
            if (provider !== 'AWS') throw providerUnsupported(provider);
            if (iamAssumedRoleArn === undefined) throw missingAttribute('iamAssumedRoleArn');
            const groupId = request.param('groupId');
            const role = await service.authorize(groupId, request.param('roleId'), iamAssumedRoleArn);
            return { status: 200, body: roleDocument(role) };
          },
        }),
      ),
    },
    {
      id: 'deauthorizeGroupCloudProviderAccessRole',
      method: 'DELETE',
      path: '/groups/:groupId/cloudProviderAccess/:cloudProvider/:roleId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'cloudProviderAccess',
      versions: VERSIONS.map((name) =>
        version({
          version: name,
          async handle(request) {
            const provider = request.param('cloudProvider');
            await service.remove(request.param('groupId'), provider, request.param('roleId'));
            return { status: 204 };
          },
        }),
      ),
    },
  ];
}
