import { Type } from 'typebox';
import {
  IdSchema,
  invalidQueryParameter,
  listReply,
  pageOf,
  versions,
  type ApiReply,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import { isId } from '../../kernel/ids.ts';
import { mapPage, type Page } from '../../kernel/page.ts';
import type { Project } from './model.ts';
import type { ProjectService } from './service.ts';
import { requireValidTags } from './tags.ts';
import {
  CreateBody,
  CreatedSchema,
  decodeCreate,
  encode,
  encodeCreated,
  encodeListed,
  ProjectSchema,
  UpdateBody,
} from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

export function createOperations(projects: ProjectService): readonly Operation[] {
  return [
    {
      id: 'listGroups',
      summary: 'Returns the projects that the caller can see',
      method: 'GET',
      path: '/groups',
      access: { scope: 'authenticated' },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: pageOf(ProjectSchema),
        async handle(request) {
          return reply(request, await projects.listAll(request.caller, request.page()));
        },
      }),
    },
    {
      id: 'createGroup',
      summary: 'Creates a project',
      method: 'POST',
      event: 'GROUP_CREATED',
      path: '/groups',
      access: { scope: 'organization', anyOf: ['ORG_GROUP_CREATOR'] },
      rateLimit: 'groups',
      query: { projectOwnerId: IdSchema },
      conflicts: true,
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 201, body: CreatedSchema },
        async handle(request) {
          const owner = request.query('projectOwnerId');
          // The id of a person is checked and not used, because Longshore has no persons.
          if (owner !== undefined && !isId(owner)) throw invalidQueryParameter('projectOwnerId');
          const project = await projects.create(request.caller, decodeCreate(request.body));
          return { status: 201, body: encodeCreated(project, request) };
        },
      }),
    },
    {
      id: 'getGroup',
      summary: 'Returns one project',
      method: 'GET',
      path: '/groups/:groupId',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: ProjectSchema },
        async handle(request) {
          return {
            status: 200,
            body: encode(await projects.requireProject(request.param('groupId')), request),
          };
        },
      }),
    },
    {
      id: 'getGroupByName',
      summary: 'Returns the project with a name',
      method: 'GET',
      path: '/groups/byName/:groupName',
      access: { scope: 'authenticated' },
      rateLimit: 'groups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: ProjectSchema },
        async handle(request) {
          return {
            status: 200,
            body: encode(await projects.findByName(request.caller, request.param('groupName')), request),
          };
        },
      }),
    },
    {
      id: 'updateGroup',
      summary: 'Changes the name or the tags of a project',
      method: 'PATCH',
      event: 'GROUP_UPDATED',
      path: '/groups/:groupId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'groups',
      conflicts: true,
      versions: versions(VERSIONS, {
        body: UpdateBody,
        answers: { status: 200, body: ProjectSchema },
        async handle(request) {
          requireValidTags(request.body.tags ?? []);
          return {
            status: 200,
            body: encode(await projects.update(request.param('groupId'), request.body), request),
          };
        },
      }),
    },
    {
      id: 'deleteGroup',
      summary: 'Removes a project without clusters',
      method: 'DELETE',
      event: 'GROUP_DELETED',
      path: '/groups/:groupId',
      access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
      rateLimit: 'groups',
      conflicts: true,
      versions: versions(VERSIONS, {
        answers: { status: 202, body: Type.Object({}) },
        async handle(request) {
          await projects.remove(request.param('groupId'));
          return { status: 202, body: {} };
        },
      }),
    },
    {
      id: 'getOrgGroups',
      summary: 'Returns the projects of an organization',
      method: 'GET',
      path: '/orgs/:orgId/groups',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      query: { name: Type.String({ description: 'Only projects whose names start so.' }) },
      versions: versions(VERSIONS, {
        answers: pageOf(ProjectSchema),
        async handle(request) {
          const orgId = request.param('orgId');
          const prefix = request.query('name') ?? '';
          const found = await projects.listOfOrganization(request.caller, orgId, prefix, request.page());
          return reply(request, found);
        },
      }),
    },
  ];
}

function reply(request: ApiRequest, found: Page<Project>): ApiReply {
  return listReply(
    request,
    mapPage(found, (project) => encodeListed(project, request)),
  );
}
