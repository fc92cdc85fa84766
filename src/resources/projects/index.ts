import type { Caller, Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Database, RemovalHook, Transaction } from '../../metastore/index.ts';
import type { NewProject, Project } from './model.ts';
import { emptyOperations } from './empty-routes.ts';
import { createLimitOperations } from './limit-routes.ts';
import { createOperations } from './routes.ts';
import { createSettingsOperations } from './settings-routes.ts';
import { createService, type ProjectsDependencies } from './service.ts';

export type { Project } from './model.ts';
export { requireValidTags, TagsBody } from './tags.ts';
export type { ProjectsDependencies } from './service.ts';

/** The projects, which Atlas's API calls groups. */
export interface Projects {
  readonly operations: readonly Operation[];
  /**
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `GROUP_NOT_FOUND`
   */
  requireProject(groupId: Id, within?: Database): Promise<Project>;
  /** Returns the organization of a project; undefined if the project does not exist. */
  organizationOf(groupId: Id): Promise<Id | undefined>;
  /**
   * Returns the organization of a project that must exist.
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `GROUP_NOT_FOUND`
   */
  requireOrganizationOf(groupId: Id, within?: Database): Promise<Id>;
  /** Returns the names of all projects, whoever may read them. */
  listNames(): Promise<readonly Pick<Project, 'id' | 'orgId' | 'name'>[]>;
  /** Returns a page of the projects that the caller may read. */
  listAll(caller: Caller, page: PageRequest): Promise<Page<Project>>;
  /** Adds a hook that runs before a project without clusters is removed. A hook that throws prevents the removal. */
  onRemoval(hook: RemovalHook<Project>): void;
  /** Creates a project without a request over HTTP. */
  addProject(transaction: Transaction, project: NewProject): Promise<Project>;
}

export function createProjects(deps: ProjectsDependencies): Projects {
  const service = createService(deps);
  return {
    operations: [
      ...createOperations(service),
      ...createSettingsOperations(service),
      ...createLimitOperations(service),
      ...emptyOperations,
    ],
    requireProject: service.requireProject,
    organizationOf: service.organizationOf,
    requireOrganizationOf: service.requireOrganizationOf,
    listNames: service.listNames,
    listAll: (caller, page) => service.listAll(caller, page),
    onRemoval: (hook) => {
      service.onRemoval(hook);
    },
    addProject: service.addProject,
  };
}
