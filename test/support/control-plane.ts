import { bootstrap, type Bootstrapped } from '../../src/app/bootstrap.ts';
import type { ApiKeyCaller, ApiReply, Operation, RoleAssignment } from '../../src/http/index.ts';
import type { Id } from '../../src/kernel/ids.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createSealer, SEALING_KEY_BYTES } from '../../src/kernel/sealing.ts';
import { openSqlite, type Database } from '../../src/metastore/index.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createAccessLists } from '../../src/resources/access-lists/index.ts';
import { createApiKeys, type ApiKeys } from '../../src/resources/api-keys/index.ts';
import {
  createCloudProviderAccess,
  type CloudProviderAccess,
  type ExportBucketUsage,
  type ProviderIdentities,
} from '../../src/resources/cloud-provider-access/index.ts';
import { createOrganizations, type Organizations } from '../../src/resources/organizations/index.ts';
import { createProjects, type Projects } from '../../src/resources/projects/index.ts';
import { createServiceAccounts, type ServiceAccounts } from '../../src/resources/service-accounts/index.ts';
import { call, type Call } from './api-request.ts';

/** 2023-11-14T22:13:20Z. */
export const START_MS = 1_700_000_000_000;

export const PROVIDERS: ProviderIdentities = {
  AWS: { kind: 'local', authorizeAtOnce: true, accountArn: 'arn:aws:iam::123456789012:root' },
  AZURE: { kind: 'local', authorizeAtOnce: true },
  GCP: { kind: 'local', authorizeAtOnce: true, gcpServiceAccountForAtlas: 'exporter@example.org' },
};

/** Organizations, projects, keys and roles on a database in memory, without a server, at a time that the test sets. */
export class ControlPlane implements AsyncDisposable {
  readonly database: Database;
  readonly organizations: Organizations;
  readonly projects: Projects;
  readonly apiKeys: ApiKeys;
  readonly serviceAccounts: ServiceAccounts;
  readonly cloudProviderAccess: CloudProviderAccess;
  readonly exportBuckets: ExportBucketUsage[] = [];
  now = START_MS;
  readonly #close: () => Promise<void>;

  static async open(options: { readonly providers?: ProviderIdentities } = {}): Promise<ControlPlane> {
    const metastore = await openSqlite({ path: ':memory:' });
    return new ControlPlane(metastore.database, () => metastore.close(), options.providers ?? PROVIDERS);
  }

  private constructor(database: Database, close: () => Promise<void>, providers: ProviderIdentities) {
    const clock = { now: () => this.now };
    this.database = database;
    this.#close = close;
    this.projects = createProjects({
      database,
      clock,
      grantGroupOwner: async (transaction, caller, groupId) => {
        if (caller.kind === 'apiKey') await this.apiKeys.grantGroupOwner(transaction, caller, groupId);
        else await this.serviceAccounts.grantGroupOwner(transaction, caller, groupId);
      },
    });
    const sealer = createSealer(new Uint8Array(SEALING_KEY_BYTES).fill(7));
    const accessLists = createAccessLists({ database, clock, logger: silentLogger });
    this.apiKeys = createApiKeys({ database, clock, sealer, projects: this.projects, accessLists });
    this.organizations = createOrganizations({
      database,
      clock,
      createFirstApiKey: this.apiKeys.createFirstApiKey,
      createFirstServiceAccount: (...account) => this.serviceAccounts.createFirstServiceAccount(...account),
    });
    const { organizations, projects } = this;
    this.serviceAccounts = createServiceAccounts({ database, clock, organizations, projects, accessLists });
    this.cloudProviderAccess = createCloudProviderAccess({ database, clock, providers });
    this.cloudProviderAccess.addUsages(() => Promise.resolve(this.exportBuckets));
  }

  /** The same database as a server with other identities serves it. Dispose of it before this one. */
  again(providers: ProviderIdentities): ControlPlane {
    return new ControlPlane(this.database, () => Promise.resolve(), providers);
  }

  get operations(): readonly Operation[] {
    return [this.organizations, this.projects, this.apiKeys, this.serviceAccounts, this.cloudProviderAccess].flatMap(
      ({ operations }) => operations,
    );
  }

  async call(id: string, request: Call): Promise<ApiReply> {
    return await call(this.operations, id, request);
  }

  /** The body of an answer that must be an object. */
  async get(id: string, request: Call): Promise<JsonObject> {
    const { body } = await this.call(id, request);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error(`${id} has no document`);
    return Object.fromEntries(Object.entries(body));
  }

  /** The organization, project, key and role of a first start, and the key as the caller that it makes. */
  async bootstrap(): Promise<Bootstrapped & { readonly owner: ApiKeyCaller }> {
    const made = await bootstrap(this);
    if (made === undefined) throw new Error('the database is not empty');
    return { ...made, owner: await this.caller(made.publicKey) };
  }

  /** Returns the caller with this public key. */
  async caller(publicKey: string): Promise<ApiKeyCaller> {
    const known = await this.apiKeys.lookupKey(publicKey);
    if (known === undefined) throw new Error(`no key ${publicKey}`);
    return known.caller;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Lets requests come from everywhere. */
export const NO_ACCESS_LIST = { accessList: [], accessListRequired: false } as const;

/** A caller with these roles. No key belongs to it. */
export function callerWith(orgId: Id, roles: readonly RoleAssignment[]): ApiKeyCaller {
  return { kind: 'apiKey', id: 'c'.repeat(24), publicKey: 'somebody', orgId, roles, ...NO_ACCESS_LIST };
}
