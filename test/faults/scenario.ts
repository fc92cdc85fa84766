import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../src/kernel/json.ts';
import type { DigestClient, Reply } from '../support/digest-client.ts';
import { at, textAt } from '../support/json.ts';
import { NEWEST } from '../support/project.ts';

export const CLUSTER = 'source';
export const BUCKET = 'exports';
/** Between two exports the client deletes the snapshot, so that garbage is collected while the next snapshot uses the same blocks. */
export const WANTED_EXPORTS = 2;
/** An export that fails may have a reason that does not pass, such as a damaged block: then a new snapshot is taken. */
const MAX_SNAPSHOTS = 12;
const MAX_STEPS = 3000;
/** The client asks for four lists after each wait, and the server needs the processor for its jobs. */
const WAIT_MS = 20;

/** The source of the cluster, as Longshore's own API takes it. */
export type ClusterSource =
  { readonly mongodump: { readonly directory: string } } | { readonly mongodb: { readonly uri: string } };

/** The observations of the client in all lives of the server. */
export interface Seen {
  /** Prefixes of the exports that were said to be successful. */
  readonly successful: string[];
  readonly failed: string[];
}

export interface ScenarioOptions {
  readonly client: DigestClient;
  readonly groupId: string;
  readonly roleId: string;
  /** The member of a cluster that names where its documents come from. */
  readonly source: ClusterSource;
  readonly seen: Seen;
}

/**
 * A client that wants its deployment exported: it registers what is missing, asks again when the server fails, takes a new
 * snapshot when an export failed, and deletes the snapshot of an export that was successful. It may be stopped at any moment and begun anew.
 */
export class Scenario {
  readonly #options: ScenarioOptions;

  constructor(options: ScenarioOptions) {
    this.#options = options;
  }

  /** @param pass lets time pass on the server. Ends when all exports were successful, or when the signal aborts. */
  async run(signal: AbortSignal, pass: () => void): Promise<void> {
    for (let step = 0; step < MAX_STEPS && !signal.aborted; step++) {
      if (await this.#step(pass)) return;
    }
    if (!signal.aborted) throw new Error(`too few exports were successful: ${JSON.stringify(this.#options.seen)}`);
  }

  /** Does the next thing. @returns whether all exports were successful. */
  async #step(pass: () => void): Promise<boolean> {
    const { roleId, source, seen } = this.#options;
    const clusters = await this.#results('/clusters');
    if (clusters === undefined) return false;
    if (clusters.length === 0) {
      const body = { name: CLUSTER, ...source };
      await this.#ask('POST', '/clusters', body, 'longshore/v1');
      return false;
    }
    const buckets = await this.#results('/backup/exportBuckets');
    if (buckets === undefined) return false;
    const [bucket] = buckets;
    if (bucket === undefined) {
      const body = { bucketName: BUCKET, cloudProvider: 'AWS', iamRoleId: roleId };
      await this.#ask('POST', '/backup/exportBuckets', body);
      return false;
    }
    const snapshots = await this.#results(`/clusters/${CLUSTER}/backup/snapshots`);
    const exports = await this.#results(`/clusters/${CLUSTER}/backup/exports`);
    if (snapshots === undefined || exports === undefined) return false;
    const jobOf = (snapshot: Json) => exports.find((job) => at(job, '/snapshotId') === at(snapshot, '/id'));
    for (const job of exports) {
      const prefix = textAt(job, '/prefix');
      if (textAt(job, '/state') === 'Failed' && !seen.failed.includes(prefix)) seen.failed.push(prefix);
    }
    // The newest one may be behind one that failed, because the clock is set back.
    const snapshot = snapshots.find((each) => {
      const job = jobOf(each);
      return textAt(each, '/status') !== 'failed' && (job === undefined || textAt(job, '/state') !== 'Failed');
    });
    if (snapshot === undefined) {
      if (snapshots.length >= MAX_SNAPSHOTS) throw new Error(`${MAX_SNAPSHOTS} snapshots led to no export`);
      await this.#ask('POST', `/clusters/${CLUSTER}/backup/snapshots`, { retentionInDays: 365 });
      return false;
    }
    const job = jobOf(snapshot);
    if (textAt(snapshot, '/status') !== 'completed' || (job !== undefined && textAt(job, '/state') !== 'Successful')) {
      pass();
      await sleep(WAIT_MS);
    } else if (job === undefined) {
      const body = { snapshotId: textAt(snapshot, '/id'), exportBucketId: textAt(bucket, '/_id') };
      await this.#ask('POST', `/clusters/${CLUSTER}/backup/exports`, body);
    } else {
      const prefix = textAt(job, '/prefix');
      if (!seen.successful.includes(prefix)) seen.successful.push(prefix);
      if (seen.successful.length >= WANTED_EXPORTS) return true;
      await this.#ask('DELETE', `/clusters/${CLUSTER}/backup/snapshots/${textAt(snapshot, '/id')}`);
    }
    return false;
  }

  /** @returns undefined if the server failed. */
  async #results(path: string): Promise<readonly Json[] | undefined> {
    const reply = await this.#ask('GET', path);
    return reply.status >= 500 ? undefined : reply.list('/results');
  }

  async #ask(method: string, path: string, body?: Json, api = 'atlas/v2'): Promise<Reply> {
    const { client, groupId } = this.#options;
    const target = `/api/${api}/groups/${groupId}${path}`;
    const reply = await client.send({ method, target, headers: api === 'atlas/v2' ? NEWEST : {}, body });
    // 400, 404 and 409 say that an earlier request was done although its answer was lost.
    if (![200, 201, 204, 400, 404, 409, 500, 503, 507].includes(reply.status)) {
      throw new Error(`${method} ${path} answered ${reply.status} ${reply.text}`);
    }
    return reply;
  }
}
