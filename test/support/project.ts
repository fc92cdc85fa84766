import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../src/kernel/json.ts';
import type { DigestClient, Exchange, Reply } from './digest-client.ts';

/** Headers that ask v2 for the resources as they were on a date (`YYYY-MM-DD`), and say that the body is of that date. */
export const dated = (date: string) => ({ accept: `application/vnd.atlas.${date}+json` });

/** Later than every version that is served. */
export const NEWEST = dated('2025-03-12');

/** Makes what tests need in one project, by way of v2, and refuses whatever does not succeed. */
export class Project {
  /** How long `waitFor` waits. */
  waitMs = 60_000;
  readonly client: DigestClient;
  readonly orgId: string;
  readonly groupId: string;

  constructor(client: DigestClient, orgId: string, groupId: string) {
    this.client = client;
    this.orgId = orgId;
    this.groupId = groupId;
  }

  static async create(client: DigestClient, orgId: string, name: string): Promise<Project> {
    const exchange = { method: 'POST', target: '/api/atlas/v2/groups', headers: NEWEST, body: { name, orgId } };
    return new Project(client, orgId, (await expectSuccess(client, exchange)).string('/id'));
  }

  /** The v2 path of something in this project: `path('/backup/exportBuckets')`. */
  path(rest: string): string {
    return `/api/atlas/v2/groups/${this.groupId}${rest}`;
  }

  async send(method: string, rest: string, body?: unknown): Promise<Reply> {
    return await expectSuccess(this.client, { method, target: this.path(rest), headers: NEWEST, body });
  }

  async role(): Promise<string> {
    return (await this.send('POST', '/cloudProviderAccess', { providerName: 'AWS' })).string('/roleId');
  }

  async bucket(bucketName: string, iamRoleId?: string): Promise<string> {
    const body = { bucketName, cloudProvider: 'AWS', iamRoleId: iamRoleId ?? (await this.role()) };
    return (await this.send('POST', '/backup/exportBuckets', body)).string('/_id');
  }

  /** Registers a mongodump directory as a cluster. */
  async cluster(name: string, mongodump: string): Promise<string> {
    const target = `/api/longshore/v1/groups/${this.groupId}/clusters`;
    const body = { name, mongodump: { directory: mongodump } };
    return (await expectSuccess(this.client, { method: 'POST', target, body })).string('/id');
  }

  /** Registers a running deployment, which may be empty, as a cluster. */
  async liveCluster(name: string, uri: string): Promise<string> {
    const target = `/api/longshore/v1/groups/${this.groupId}/clusters`;
    const body = { name, mongodb: { uri }, allowEmpty: true };
    return (await expectSuccess(this.client, { method: 'POST', target, body })).string('/id');
  }

  /** Creates a restore job, and waits until it is completed. */
  async restored(cluster: string, body: JsonObject): Promise<string> {
    const id = (await this.send('POST', `/clusters/${cluster}/backup/restoreJobs`, body)).string('/id');
    await this.endOfRestore(cluster, id);
    return id;
  }

  /** Waits until a restore job is completed. */
  async endOfRestore(cluster: string, id: string): Promise<void> {
    const target = `/api/longshore/v1/groups/${this.groupId}/clusters/${cluster}/backup/restoreJobs/${id}`;
    await this.#waitUntil('/state', ['completed'], () => expectSuccess(this.client, { target }));
  }

  async snapshot(cluster: string, description = 'test-snapshot'): Promise<string> {
    const body = { description, retentionInDays: 1 };
    return (await this.send('POST', `/clusters/${cluster}/backup/snapshots`, body)).string('/id');
  }

  async completedSnapshot(cluster: string): Promise<string> {
    const id = await this.snapshot(cluster);
    await this.waitFor(`/clusters/${cluster}/backup/snapshots/${id}`, '/status', ['completed']);
    return id;
  }

  async export(cluster: string, snapshotId: string, exportBucketId: string): Promise<string> {
    const body = { snapshotId, exportBucketId };
    return (await this.send('POST', `/clusters/${cluster}/backup/exports`, body)).string('/id');
  }

  async successfulExport(cluster: string, snapshotId: string, exportBucketId: string): Promise<string> {
    const id = await this.export(cluster, snapshotId, exportBucketId);
    await this.waitFor(`/clusters/${cluster}/backup/exports/${id}`, '/state', ['Successful']);
    return id;
  }

  /** Reads until the text at the pointer is one of those wanted; an end state that is not wanted is an error at once. */
  async waitFor(rest: string, pointer: string, wanted: readonly string[]): Promise<Json> {
    return await this.#waitUntil(pointer, wanted, () => this.send('GET', rest));
  }

  async #waitUntil(pointer: string, wanted: readonly string[], read: () => Promise<Reply>): Promise<Json> {
    const ends = ['completed', 'failed', 'cancelled', 'Successful', 'Failed', 'Cancelled'];
    const deadline = Date.now() + this.waitMs;
    for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
      const reply = await read();
      const state = reply.string(pointer);
      if (wanted.includes(state)) return reply.json;
      if (ends.includes(state) || Date.now() > deadline)
        throw new Error(`waited for ${wanted.join(' or ')}: ${reply.text}`);
      await sleep(pause);
    }
  }
}

async function expectSuccess(client: DigestClient, exchange: Exchange): Promise<Reply> {
  const reply = await client.send(exchange);
  if (reply.status >= 300)
    throw new Error(`${exchange.method ?? 'GET'} ${exchange.target} answered ${reply.status} ${reply.text}`);
  return reply;
}
