import { groupNotFound, mayInOrganization, userUnauthorized, type Caller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  describeChange,
  isForeignKeyViolation,
  isUniqueViolation,
  type Database,
  type RemovalHook,
  type Transaction,
} from '../../metastore/index.ts';
import {
  cannotCloseGroupActiveAtlasClusters,
  cannotCloseGroupActiveBackup,
  groupAlreadyExists,
  groupNameNotFound,
  limitNotSet,
} from './errors.ts';
import type { NewProject, Project, ProjectChanges } from './model.ts';
import * as table from './table.ts';
import type { LimitName, SetLimits } from './limits.ts';
import type { KeptSettings } from './settings.ts';
import { visibleTo } from './visibility.ts';

export interface ProjectsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Gives the caller the role GROUP_OWNER in a project. */
  grantGroupOwner(transaction: Transaction, caller: Caller, groupId: Id): Promise<void>;
}

export type ProjectService = ReturnType<typeof createService>;

export function createService(deps: ProjectsDependencies) {
  const { database, clock } = deps;
  const removalHooks: RemovalHook<Project>[] = [];

  async function addProject(transaction: Transaction, input: NewProject): Promise<Project> {
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
    describeChange({ groupId: project.id });
    await table.insertProject(transaction, project);
    return project;
  }

  /** @throws ApiError `GROUP_NOT_FOUND` */
  async function requireProject(groupId: Id, within: Database = database): Promise<Project> {
    const project = await table.selectProject(within, groupId);
    if (project === undefined) throw groupNotFound(groupId);
    return project;
  }

  /** @throws ApiError `GROUP_NOT_FOUND` */
  async function requireOrganizationOf(groupId: Id, within: Database = database): Promise<Id> {
    const orgId = await table.selectOrganizationId(within, groupId);
    if (orgId === undefined) throw groupNotFound(groupId);
    return orgId;
  }

  return {
    addProject,
    requireProject,
    requireOrganizationOf,

    listNames: async () => await table.selectNames(database),

    organizationOf: async (groupId: Id): Promise<Id | undefined> => await table.selectOrganizationId(database, groupId),

    /** Creates a project. A caller that does not own the organization becomes its owner, because it could not see it otherwise. */
    async create(caller: Caller, input: NewProject): Promise<Project> {
      if (!mayInOrganization(caller, input.orgId, ['ORG_GROUP_CREATOR'])) throw userUnauthorized();
      try {
        return await database.transaction().execute(async (transaction) => {
          const project = await addProject(transaction, input);
          if (!mayInOrganization(caller, input.orgId, ['ORG_OWNER'])) {
            await deps.grantGroupOwner(transaction, caller, project.id);
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
          if (!(await table.updateProject(transaction, groupId, changes))) throw groupNotFound(groupId);
          return await requireProject(groupId, transaction);
        });
      } catch (thrown) {
        if (changes.name !== undefined && isUniqueViolation(thrown)) throw groupAlreadyExists(changes.name);
        throw thrown;
      }
    },

    /** @throws ApiError `GROUP_NOT_FOUND` */
    async settings(groupId: Id): Promise<KeptSettings> {
      return (await table.selectSettings(database, groupId)) ?? refuseUnknown(groupId);
    },

    /** @returns all settings that were ever changed. @throws ApiError `GROUP_NOT_FOUND` */
    async changeSettings(groupId: Id, changes: KeptSettings): Promise<KeptSettings> {
      return await database.transaction().execute(async (transaction) => {
        const settings = (await table.selectSettings(transaction, groupId)) ?? refuseUnknown(groupId);
        const changed = { ...settings, ...changes };
        await table.updateSettings(transaction, groupId, changed);
        return changed;
      });
    },

    /** @returns the limits that were set. @throws ApiError `GROUP_NOT_FOUND` */
    async limits(groupId: Id): Promise<SetLimits> {
      return (await table.selectLimits(database, groupId)) ?? refuseUnknown(groupId);
    },

    /** @throws ApiError `GROUP_NOT_FOUND`, `LIMIT_NOT_SET` */
    async requireLimit(groupId: Id, name: LimitName): Promise<number> {
      const value = ((await table.selectLimits(database, groupId)) ?? refuseUnknown(groupId))[name];
      if (value === undefined) throw limitNotSet(name, groupId);
      return value;
    },

    /** @param value undefined: the limit is no longer set. @throws ApiError `GROUP_NOT_FOUND` */
    async setLimit(groupId: Id, name: LimitName, value: number | undefined): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        const limits = (await table.selectLimits(transaction, groupId)) ?? refuseUnknown(groupId);
        await table.updateLimits(transaction, groupId, { ...limits, [name]: value });
      });
    },

    onRemoval(hook: RemovalHook<Project>): void {
      removalHooks.push(hook);
    },

    async remove(groupId: Id): Promise<void> {
      try {
        await database.transaction().execute(async (transaction) => {
          const project = await requireProject(groupId, transaction);
          if (project.clusterCount > 0) throw cannotCloseGroupActiveAtlasClusters(groupId);
          for (const hook of removalHooks) await hook(transaction, project);
          await table.deleteProject(transaction, groupId);
        });
      } catch (thrown) {
        if (isForeignKeyViolation(thrown)) throw cannotCloseGroupActiveBackup(groupId);
        throw thrown;
      }
    },

    /** Returns a page of the projects that the caller may read. */
    async listAll(caller: Caller, page: PageRequest): Promise<Page<Project>> {
      return await table.selectProjects(database, { visibility: visibleTo(caller) }, page);
    },

    async listOfOrganization(caller: Caller, orgId: Id, namePrefix: string, page: PageRequest): Promise<Page<Project>> {
      return await table.selectProjects(database, { visibility: visibleTo(caller), orgId, namePrefix }, page);
    },

    async findByName(caller: Caller, name: string): Promise<Project> {
      const project = await table.selectFirstProject(database, { visibility: visibleTo(caller), name });
      if (project === undefined) throw groupNameNotFound(name);
      return project;
    },
  };
}

function refuseUnknown(groupId: Id): never {
  throw groupNotFound(groupId);
}
