import { versions, type Operation } from '../../http/index.ts';
import type { OrganizationService } from './service.ts';
import { decodeSettings, encodeSettings, SettingsBody, SettingsSchema } from './wire-settings.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** The operations on the settings of an organization. */
export function createSettingsOperations(organizations: OrganizationService): readonly Operation[] {
  return [
    {
      id: 'getOrgSettings',
      summary: 'Returns the settings of an organization',
      method: 'GET',
      path: '/orgs/:orgId/settings',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgSettings',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: SettingsSchema },
        async handle(request) {
          return { status: 200, body: encodeSettings(await organizations.requireSettings(request.param('orgId'))) };
        },
      }),
    },
    {
      id: 'updateOrgSettings',
      summary: 'Changes settings of an organization',
      method: 'PATCH',
      event: 'ORG_SETTINGS_UPDATED',
      path: '/orgs/:orgId/settings',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgSettings',
      versions: versions(VERSIONS, {
        body: SettingsBody,
        answers: { status: 200, body: SettingsSchema },
        async handle(request) {
          const changes = decodeSettings(request.body);
          return {
            status: 200,
            body: encodeSettings(await organizations.updateSettings(request.param('orgId'), changes)),
          };
        },
      }),
    },
  ];
}
