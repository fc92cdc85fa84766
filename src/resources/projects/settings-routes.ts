import { Type } from 'typebox';
import { NOTHING, versions, type Operation, type ApiReply } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { ProjectService } from './service.ts';
import { SettingsChanges, SettingsSchema, shownSettings } from './settings.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const PATH = '/groups/:groupId/settings';
const SLOW_MS = '/groups/:groupId/managedSlowMs';
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;

/** The operations on the settings of a project. */
export function createSettingsOperations(
  projects: Pick<ProjectService, 'settings' | 'changeSettings'>,
): readonly Operation[] {
  const setManagedSlowMs = async (groupId: Id, managedSlowMs: boolean): Promise<ApiReply> => {
    await projects.changeSettings(groupId, { managedSlowMs });
    return { status: 204 };
  };

  return [
    {
      id: 'getGroupSettings',
      summary: 'Returns the settings of a project',
      method: 'GET',
      path: PATH,
      access: READ,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: SettingsSchema },
        handle: async (request) => ({
          status: 200,
          body: shownSettings(await projects.settings(request.param('groupId'))),
        }),
      }),
    },
    {
      id: 'updateGroupSettings',
      summary: 'Changes settings of a project',
      method: 'PATCH',
      event: 'GROUP_UPDATED',
      path: PATH,
      access: OWN,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: SettingsChanges,
        answers: { status: 200, body: SettingsSchema },
        handle: async (request) => ({
          status: 200,
          body: shownSettings(await projects.changeSettings(request.param('groupId'), request.body)),
        }),
      }),
    },
    {
      id: 'getGroupManagedSlowMs',
      summary: 'Returns whether Atlas would choose what counts as a slow operation',
      method: 'GET',
      path: SLOW_MS,
      access: READ,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: Type.Boolean() },
        handle: async (request) => {
          const { managedSlowMs = true } = await projects.settings(request.param('groupId'));
          return { status: 200, body: managedSlowMs };
        },
      }),
    },
    {
      id: 'enableGroupManagedSlowMs',
      summary: 'Keeps that Atlas would choose what counts as a slow operation',
      method: 'POST',
      event: 'GROUP_UPDATED',
      path: `${SLOW_MS}/enable`,
      access: OWN,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        handle: async (request) => await setManagedSlowMs(request.param('groupId'), true),
      }),
    },
    {
      id: 'disableGroupManagedSlowMs',
      summary: 'Keeps that Atlas would not choose what counts as a slow operation',
      method: 'DELETE',
      event: 'GROUP_UPDATED',
      path: `${SLOW_MS}/disable`,
      access: OWN,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        handle: async (request) => await setManagedSlowMs(request.param('groupId'), false),
      }),
    },
  ];
}
