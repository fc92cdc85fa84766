import { Type } from 'typebox';
import { NOTHING, resourceNotFound, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import { LIMIT_NAMES, LimitBody, LimitSchema, type LimitName } from './limits.ts';
import type { ProjectService } from './service.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const ALL = '/groups/:groupId/limits';
const ONE = `${ALL}/:limitName` as const;
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;

/** The operations on the limits of a project. */
export function createLimitOperations(
  projects: Pick<ProjectService, 'limits' | 'requireLimit' | 'setLimit'>,
): readonly Operation[] {
  return [
    {
      id: 'listGroupLimits',
      summary: 'Returns the limits of a project that were set',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: Type.Array(LimitSchema) },
        async handle(request) {
          const limits = await projects.limits(request.param('groupId'));
          const body = LIMIT_NAMES.flatMap((name) => {
            const value = limits[name];
            return value === undefined ? [] : [{ name, value }];
          });
          return { status: 200, body };
        },
      }),
    },
    {
      id: 'getGroupLimit',
      summary: 'Returns one limit of a project',
      method: 'GET',
      path: ONE,
      pathValues: { limitName: LIMIT_NAMES },
      access: READ,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: LimitSchema },
        async handle(request) {
          const name = limitName(request);
          return { status: 200, body: { name, value: await projects.requireLimit(request.param('groupId'), name) } };
        },
      }),
    },
    {
      id: 'setGroupLimit',
      summary: 'Sets a limit of a project, which is kept and not enforced',
      method: 'PATCH',
      event: 'GROUP_UPDATED',
      path: ONE,
      pathValues: { limitName: LIMIT_NAMES },
      access: OWN,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        body: LimitBody,
        answers: { status: 200, body: LimitSchema },
        async handle(request) {
          const name = limitName(request);
          const { value } = request.body;
          await projects.setLimit(request.param('groupId'), name, value);
          return { status: 200, body: { name, value } };
        },
      }),
    },
    {
      id: 'deleteGroupLimit',
      summary: 'Removes a limit of a project',
      method: 'DELETE',
      event: 'GROUP_UPDATED',
      path: ONE,
      pathValues: { limitName: LIMIT_NAMES },
      access: OWN,
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await projects.setLimit(request.param('groupId'), limitName(request), undefined);
          return { status: 204 };
        },
      }),
    },
  ];
}

/** @throws ApiError `RESOURCE_NOT_FOUND` for a name that Atlas does not have: Terraform expects a 404. */
function limitName(request: ApiRequest<unknown>): LimitName {
  const given = request.param('limitName');
  const name = LIMIT_NAMES.find((known) => known === given);
  if (name === undefined) throw resourceNotFound(new URL(request.url.path).pathname);
  return name;
}
