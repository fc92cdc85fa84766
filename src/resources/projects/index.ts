import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Transaction } from '../../metastore/index.ts';
import type { NewProject, Project } from './project.ts';
import { projectRoutes } from './routes.ts';
import { createProjectsService, type ProjectsDependencies } from './service.ts';

export type { Project } from './project.ts';
export type { ProjectsDependencies } from './service.ts';

/** The projects (Atlas: groups), and who may see them. */
export interface Projects {
  readonly operations: readonly Operation[];
  findProject(groupId: Id): Promise<Project | undefined>;
  /**
   * @param transaction to be given inside one: there is one connection.
   * @throws ApiError `GROUP_NOT_FOUND`
   */
  requireProject(groupId: Id, transaction?: Transaction): Promise<Project>;
  /** The organization that a project belongs to, or undefined if there is no such project. */
  organizationOf(groupId: Id): Promise<Id | undefined>;
  /** Makes a project that nobody has asked for over HTTP. */
  addProject(transaction: Transaction, project: NewProject): Promise<Project>;
}

export function createProjects(dependencies: ProjectsDependencies): Projects {
  const service = createProjectsService(dependencies);
  return {
    operations: projectRoutes(service),
    findProject: (groupId) => service.find(groupId),
    requireProject: service.require,
    organizationOf: async (groupId) => (await service.find(groupId))?.orgId,
    addProject: service.add,
  };
}
