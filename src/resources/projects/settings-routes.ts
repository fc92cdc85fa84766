import { versions, type Operation } from '../../http/index.ts';
import type { ProjectService } from './service.ts';
import { DEFAULT_SETTINGS, SettingsChanges } from './settings.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const PATH = '/groups/:groupId/settings';

/** The operations on the settings of a project. */
export function createSettingsOperations(
  projects: Pick<ProjectService, 'settings' | 'changeSettings'>,
): readonly Operation[] {
  return [
    {
      id: 'getGroupSettings',
      method: 'GET',
      path: PATH,
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        handle: async (request) => ({
          status: 200,
          body: { ...DEFAULT_SETTINGS, ...(await projects.settings(request.param('groupId'))) },
        }),
      }),
    },
    {
      id: 'updateGroupSettings',
      method: 'PATCH',
      event: 'GROUP_UPDATED',
      path: PATH,
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: SettingsChanges,
        handle: async (request) => ({
          status: 200,
          body: { ...DEFAULT_SETTINGS, ...(await projects.changeSettings(request.param('groupId'), request.body)) },
        }),
      }),
    },
  ];
}
