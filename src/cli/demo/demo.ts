import { relative } from 'node:path';
import { cloudProviders } from '../../app/cloud-providers.ts';
import { resolveSettings } from '../../app/config.ts';
import { startServer, type RunningServer } from '../../app/server.ts';
import type { Profile } from '../../app/profile.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { storeConfigOf, type ProviderStores } from '../../object-store/addressing.ts';
import { openObjectStore } from '../../object-store/all.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { verifyExport } from '../../pipelines/verify/index.ts';
import { createApiClient, type ApiClient } from '../client.ts';
import { exportHasEnded, exportProgress } from '../export-job.ts';
import {
  type ExportJob,
  readCluster,
  readExportBucket,
  readExportJob,
  readSnapshot,
  type Snapshot,
} from '../documents.ts';
import { grantRequest } from '../first-start.ts';
import { formatBytes, formatCount, formatDuration, shorten } from '../format.ts';
import { createProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { watch } from '../watch.ts';
import { firstLineOf } from './first-line.ts';
import { bucketTree } from './tree.ts';

const CLUSTER = 'sample';
const BUCKET = 'example-bucket';
/** The length that the demo shortens the sample line to, because a longer line fills the terminal. */
const SAMPLE_LINE_CHARACTERS = 320;

export interface DemoOptions {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** An empty directory, or one that does not exist yet. */
  readonly dataDir: string;
  readonly dump: string;
}

/** Runs the main job on the sample: grants access to a bucket, takes a snapshot, exports it and verifies the export. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { clock, dataDir } = options;
  // The demo ignores the user's environment because it must run the same way everywhere.
  const settings = resolveSettings({ dataDir, port: '0' }, {});
  const server = await startServer(settings, { clock, logger: silentLogger });
  try {
    await tellTheStory(options, server, await cloudProviders(settings, dataDir));
  } finally {
    await server.stop();
  }
}

async function tellTheStory(options: DemoOptions, server: RunningServer, providers: ProviderStores): Promise<void> {
  const { terminal, clock, signal, dataDir, dump } = options;
  const { out } = terminal;
  const profile = server.firstStart;
  if (profile === undefined) throw new Error(`${dataDir} is not a new directory`);
  const startedAt = clock.now();
  const client = createApiClient({ ...profile, url: server.url }, { signal });
  let number = 0;
  const step = (text: string): void => {
    number += 1;
    out.write(`${terminal.paint(out, 'bold', `${number}. ${text}`)}\n`);
  };
  const detail = (text: string): void => void out.write(text.replace(/^(?=.)/gm, '   ') + '\n');

  step(`A server listens on ${server.url}`);
  detail(`Its data is in ${dataDir}. In it: a project, an API key, an authorized role.\n`);

  step('Grant access to a bucket, over HTTP with digest, as in the reference of Atlas');
  const bucket = await grantBucket(client, profile, (text) => detail(terminal.paint(out, 'dim', text)));

  step('Register a deployment');
  const project = `/api/atlas/v2/groups/${profile.groupId}`;
  const clustersPath = `/api/longshore/v1/groups/${profile.groupId}/clusters`;
  const registered = { name: CLUSTER, mongodump: { directory: dump } };
  const cluster = await client.request(readCluster, 'POST', clustersPath, registered);
  detail(`Cluster "${CLUSTER}" is what mongodump wrote to ${nearby(dump)} (MongoDB ${cluster.mongoDBVersion}).\n`);

  step('Take a snapshot');
  const snapshotStart = clock.now();
  const snapshot = await takeSnapshot(client, `${project}/clusters/${CLUSTER}/backup/snapshots`, options);
  const details = await client.request(
    readSnapshot,
    'GET',
    `/api/longshore/v1/groups/${profile.groupId}/clusters/${CLUSTER}/backup/snapshots/${snapshot.id}`,
  );
  const snapshotTime = formatDuration(clock.now() - snapshotStart);
  detail(`${snapshot.id} ${snapshot.status}, ${formatBytes(snapshot.storageSizeBytes)} stored, in ${snapshotTime}.`);
  detail(`Its consistency: ${details.consistency?.level ?? 'unknown'}. ${details.consistency?.reason ?? ''}\n`);

  step('Export it to the bucket');
  const exportStart = clock.now();
  const exportsPath = `${project}/clusters/${CLUSTER}/backup/exports`;
  const job = await runExport(client, exportsPath, { snapshotId: snapshot.id, exportBucketId: bucket._id }, options);
  const { exportedCollections = 0 } = job.exportStatus ?? {};
  detail(
    `${job.id} ${terminal.paint(out, 'green', job.state)}, ${formatCount(exportedCollections, 'collection')}, ` +
      `in ${formatDuration(clock.now() - exportStart)}.\n`,
  );

  const store = await openObjectStore(storeConfigOf({ provider: 'AWS', bucketName: BUCKET }, providers), { clock });
  step(`What is in the bucket "${BUCKET}" now`);
  detail(`${(await bucketTree(store)).join('\n')}\n`);
  await showSample(store, job.prefix, detail);

  step('Check every file against the manifest');
  const report = await verifyExport({ store, prefix: job.prefix, signal });
  if (report.problems.length > 0) {
    throw new AppError({
      code: 'EXPORT_DIFFERS',
      message: `the export is not as its manifest says: ${report.problems.join('; ')}`,
    });
  }
  detail(
    `${formatCount(report.objects, 'object')}, ${formatCount(report.documents, 'document')}, ` +
      `${formatBytes(report.bytes)}: every size, SHA-256 and count is as .manifest.json says.\n`,
  );
  out.write(`${terminal.paint(out, 'green', 'Done')} in ${formatDuration(clock.now() - startedAt)}.\n`);
}

/** Returns the path relative to the working directory if that is shorter. */
function nearby(path: string): string {
  const fromHere = relative('.', path);
  return fromHere.startsWith('..') ? path : fromHere;
}

async function grantBucket(
  client: ApiClient,
  profile: Profile,
  show: (text: string) => void,
): Promise<{ readonly _id: string }> {
  const { url, body } = grantRequest(profile, BUCKET);
  const path = url.slice(profile.url.length);
  show(`POST ${path}\n${body}\n`);
  const parsed: unknown = JSON.parse(body);
  const answer = await client.send('POST', path, {
    body: parsed as Record<string, string>,
    accept: 'application/json',
  });
  show(`${answer.status}\n${answer.text}\n`);
  const buckets = await client.list(readExportBucket, `/api/atlas/v2/groups/${profile.groupId}/backup/exportBuckets`);
  const [bucket] = buckets;
  if (bucket !== undefined) return bucket;
  throw new AppError({
    code: 'BUCKET_REFUSED',
    message: `the server answered ${answer.status} to the request for a bucket`,
  });
}

async function takeSnapshot(client: ApiClient, path: string, options: DemoOptions): Promise<Snapshot> {
  const made = await client.request(readSnapshot, 'POST', path, { description: 'demo', retentionInDays: 1 });
  const snapshot = await watch({
    read: () => client.request(readSnapshot, 'GET', `${path}/${made.id}`),
    hasEnded: ({ status }) => status === 'completed' || status === 'failed',
    describe: ({ status }) => ({ state: status }),
    progress: createProgress(options.terminal, 'snapshot', options.clock),
    signal: options.signal,
  });
  if (snapshot.status === 'completed') return snapshot;
  throw new AppError({ code: 'SNAPSHOT_FAILED', message: `the snapshot ${made.id} failed` });
}

async function runExport(
  client: ApiClient,
  path: string,
  body: { readonly snapshotId: string; readonly exportBucketId: string },
  options: DemoOptions,
): Promise<ExportJob> {
  const made = await client.request(readExportJob, 'POST', path, body);
  const job = await watch({
    read: () => client.request(readExportJob, 'GET', `${path}/${made.id}`),
    hasEnded: exportHasEnded,
    describe: exportProgress,
    progress: createProgress(options.terminal, 'export', options.clock),
    signal: options.signal,
  });
  if (job.state === 'Successful') return job;
  const reason = job.stateReason?.message ?? 'no reason given';
  throw new AppError({ code: 'EXPORT_FAILED', message: `the export ${made.id} is ${job.state}: ${reason}` });
}

async function showSample(store: ObjectStore, prefix: string, detail: (text: string) => void): Promise<void> {
  for await (const { key } of store.list(`${prefix}/shop/orders/`)) {
    if (!key.endsWith('.json.gz')) continue;
    const line = await firstLineOf(store, key);
    detail(
      `The first line of shop/orders/${key.slice(key.lastIndexOf('/') + 1)}:\n${shorten(line, SAMPLE_LINE_CHARACTERS)}\n`,
    );
    return;
  }
}
