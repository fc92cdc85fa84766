import { groupNotFound, mayInOrganization, userUnauthorized, type Caller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { isForeignKeyViolation, isUniqueViolation, type Database, type Transaction } from '../../metastore/index.ts';
import { cannotCloseGroupActiveAtlasClusters, groupAlreadyExists, groupNameNotFound } from './errors.ts';
import type { NewProject, Project, ProjectChanges } from './project.ts';
import {
  deleteProject,
  insertProject,
  selectFirstProject,
  selectProject,
  selectProjects,
  updateProject,
} from './table.ts';
import { visibleTo } from './visibility.ts';

export interface ProjectsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Gives an API key the role GROUP_OWNER in a project. */
  grantGroupOwner(transaction: Transaction, apiKeyId: Id, groupId: Id): Promise<void>;
}

export type ProjectsService = ReturnType<typeof createProjectsService>;

export function createProjectsService(dependencies: ProjectsDependencies) {
  const { database, clock } = dependencies;

  async function add(transaction: Transaction, input: NewProject): Promise<Project> {
    const now = clock.now();
    const project: Project = {
      tags: [],
      withDefaultAlertsSettings: true,
      regionUsageRestrictions: undefined,
      ...input,
      id: newId(now),
      createdAt: now,
      clusterCount: 0,
    };
    await insertProject(transaction, project);
    return project;
  }

  async function require(groupId: Id, executor: Database = database): Promise<Project> {
    const project = await selectProject(executor, groupId);
    if (project === undefined) throw groupNotFound(groupId);
    return project;
  }

  return {
    add,
    require,

    async find(groupId: Id): Promise<Project | undefined> {
      return await selectProject(database, groupId);
    },

    /** A caller that does not own the organization owns the project that it makes; without that it could not see it. */
    async create(caller: Caller, input: NewProject): Promise<Project> {
      if (!mayInOrganization(caller, input.orgId, ['ORG_GROUP_CREATOR'])) throw userUnauthorized();
      try {
        return await database.transaction().execute(async (transaction) => {
          const project = await add(transaction, input);
          if (!mayInOrganization(caller, input.orgId, ['ORG_OWNER'])) {
            await dependencies.grantGroupOwner(transaction, caller.apiKeyId, project.id);
          }
          return project;
        });
      } catch (thrown) {
        if (isUniqueViolation(thrown)) throw groupAlreadyExists(input.name);
        throw thrown;
      }
    },

    async update(groupId: Id, changes: ProjectChanges): Promise<Project> {
      try {
        return await database.transaction().execute(async (transaction) => {
          if (!(await updateProject(transaction, groupId, changes))) throw groupNotFound(groupId);
          return await require(groupId, transaction);
        });
      } catch (thrown) {
        if (changes.name !== undefined && isUniqueViolation(thrown)) throw groupAlreadyExists(changes.name);
        throw thrown;
      }
    },

    async remove(groupId: Id): Promise<void> {
      try {
        await database.transaction().execute(async (transaction) => {
          if (!(await deleteProject(transaction, groupId))) throw groupNotFound(groupId);
        });
      } catch (thrown) {
        if (isForeignKeyViolation(thrown)) throw cannotCloseGroupActiveAtlasClusters(groupId);
        throw thrown;
      }
    },

    /** The projects that the caller may read. */
    async listAll(caller: Caller, page: PageRequest): Promise<Page<Project>> {
      return await selectProjects(database, { visibility: visibleTo(caller) }, page);
    },

    async listOfOrganization(caller: Caller, orgId: Id, namePrefix: string, page: PageRequest): Promise<Page<Project>> {
      return await selectProjects(database, { visibility: visibleTo(caller), orgId, namePrefix }, page);
    },

    async findByName(caller: Caller, name: string): Promise<Project> {
      const project = await selectFirstProject(database, { visibility: visibleTo(caller), name });
      if (project === undefined) throw groupNameNotFound(name);
      return project;
    },
  };
}
