import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { NewProject, Project } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type ProjectsDependencies } from './service.ts';

export type { Project } from './model.ts';
export type { ProjectsDependencies } from './service.ts';

/** The projects (Atlas: groups), and who may see them. */
export interface Projects {
  readonly operations: readonly Operation[];
  /**
   * @param within a transaction to read in; the database where there is none.
   * @throws ApiError `GROUP_NOT_FOUND`
   */
  requireProject(groupId: Id, within?: Database): Promise<Project>;
  /** The organization that a project belongs to, or undefined if there is no such project. */
  organizationOf(groupId: Id): Promise<Id | undefined>;
  /**
   * The same for a project that must exist.
   * @param within a transaction to read in; the database where there is none.
   * @throws ApiError `GROUP_NOT_FOUND`
   */
  requireOrganizationOf(groupId: Id, within?: Database): Promise<Id>;
  /** Makes a project that nobody has asked for over HTTP. */
  addProject(transaction: Transaction, project: NewProject): Promise<Project>;
}

export function createProjects(deps: ProjectsDependencies): Projects {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    requireProject: service.requireProject,
    organizationOf: service.organizationOf,
    requireOrganizationOf: service.requireOrganizationOf,
    addProject: service.addProject,
  };
}
