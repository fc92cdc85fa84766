import type { FastifyInstance } from 'fastify';
import type { Updateable } from 'kysely';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../src/http/index.ts';
import { bootstrap } from '../../src/app/bootstrap.ts';
import { compose } from '../../src/app/compose.ts';
import { resolveSettings, type Flags } from '../../src/app/config.ts';
import { openDataDirectory } from '../../src/app/data-directory.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import type { Schema } from '../../src/metastore/index.ts';
import { assertNoFaults, checkAnswers } from './answer-check.ts';
import { DigestClient } from './digest-client.ts';
import type { Credentials } from './digest-client.ts';
import { Project } from './project.ts';
import { startScriptedMongodb, type ScriptedMongodb } from './scripted-mongodb/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * The whole program in this process, on a free port and a data directory of its own. Its end fails if an answer was not as the OpenAPI
 * documents say.
 */
export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly dataDirectory: string;
  readonly operations: readonly Operation[];
  /** Answers requests without a socket (`inject`). */
  readonly http: FastifyInstance;
  /** The rows of the first start. */
  readonly orgId: string;
  readonly groupId: string;
  readonly roleId: string;
  readonly credentials: Credentials;
  /** Owns the first organization and the first project. */
  readonly client: DigestClient;
  /** Has no credentials. */
  readonly stranger: DigestClient;
  readonly project: Project;
  /** A path in the test's temporary directory. */
  scratch(name: string): string;
  /** Another organization, and a client that owns it and no other. */
  newOrganization(name: string): Promise<{ readonly orgId: string; readonly client: DigestClient }>;
  newProject(name: string): Promise<Project>;
  /**
   * A key with these roles, in the first organization (`ORG_…`) and the first project (`GROUP_…`). As in Atlas, every key is
   * at least a member of its organization.
   */
  keyWith(roles: readonly string[]): Promise<Credentials>;
  /** A client with such a key. */
  clientWith(roles: readonly string[]): Promise<DigestClient>;
  /** Puts a snapshot back to an earlier moment. */
  setSnapshot(id: string, columns: Updateable<Schema['snapshots']>): Promise<void>;
  setExportJob(id: string, columns: Partial<Schema['export_jobs']>): Promise<void>;
  setRestoreJob(id: string, columns: Partial<Schema['restore_jobs']>): Promise<void>;
  /** Starts an empty scripted deployment, and registers it as a cluster of a project. It ends with the service. */
  scriptedCluster(project: Project, name: string): Promise<ScriptedMongodb>;
}

/** @param flags options of the command line, as texts. */
export async function startService(flags: Flags = {}): Promise<Service> {
  const directory = temporaryDirectory('service');
  const dataDirectory = join(directory.path, 'data');
  const settings = resolveSettings({ dataDir: dataDirectory, port: '0', logLevel: 'silent', ...flags }, {});
  const opened = await openDataDirectory(settings, { clock: systemClock });
  const parts = await compose({ settings, directory: opened, clock: systemClock, logger: silentLogger });
  const first = await bootstrap(parts);
  if (first === undefined) throw new Error('a new data directory was bootstrapped already');
  mkdirSync(join(dataDirectory, 'buckets'), { recursive: true });
  const faults = checkAnswers(parts.http);
  const url = await parts.http.listen({ host: '127.0.0.1', port: 0 });
  parts.worker.start();

  const { database } = parts;
  const { orgId, groupId, roleId } = first;
  const client = new DigestClient(url, first);
  const clients = [client];
  const deployments: ScriptedMongodb[] = [];
  const clientFor = (credentials: Credentials) => {
    const made = new DigestClient(url, credentials);
    clients.push(made);
    return made;
  };

  const keyWith = async (roles: readonly string[]): Promise<Credentials> => {
    const organizationRoles = roles.filter((name) => name.startsWith('ORG_'));
    const groupRoles = roles.filter((name) => !organizationRoles.includes(name));
    return await database.transaction().execute((transaction) =>
      parts.apiKeys.addKey(transaction, {
        orgId,
        description: roles.join(),
        organizationRoles: organizationRoles.length === 0 ? ['ORG_MEMBER'] : organizationRoles,
        ...(groupRoles.length === 0 ? {} : { group: { groupId, roles: groupRoles } }),
      }),
    );
  };

  return {
    url,
    dataDirectory,
    operations: parts.operations,
    http: parts.http,
    orgId,
    groupId,
    roleId,
    credentials: first,
    client,
    stranger: new DigestClient(url),
    project: new Project(client, orgId, groupId),
    scratch: (name) => join(directory.path, name),
    async newOrganization(name) {
      const made = await database.transaction().execute(async (transaction) => {
        const { id } = await parts.organizations.addOrganization(transaction, { name });
        const key = { orgId: id, description: name, organizationRoles: ['ORG_OWNER'] };
        return { orgId: id, credentials: await parts.apiKeys.addKey(transaction, key) };
      });
      return { orgId: made.orgId, client: clientFor(made.credentials) };
    },
    newProject: (name) => Project.create(client, orgId, name),
    keyWith,
    clientWith: async (roles) => clientFor(await keyWith(roles)),
    async setSnapshot(id, columns) {
      await database.updateTable('snapshots').set(columns).where('id', '=', id).execute();
    },
    async setExportJob(id, columns) {
      await database.updateTable('export_jobs').set(columns).where('id', '=', id).execute();
    },
    async setRestoreJob(id, columns) {
      await database.updateTable('restore_jobs').set(columns).where('id', '=', id).execute();
    },
    async scriptedCluster(project, name) {
      const deployment = await startScriptedMongodb();
      deployments.push(deployment);
      await project.liveCluster(name, deployment.uri);
      return deployment;
    },
    async [Symbol.asyncDispose]() {
      for (const each of clients) each[Symbol.dispose]();
      await Promise.all([parts.http.close(), parts.worker.stop()]);
      await parts.close();
      await opened.close();
      for (const deployment of deployments) await deployment.stop();
      directory[Symbol.dispose]();
      assertNoFaults(faults);
    },
  };
}
