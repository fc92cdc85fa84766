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
import { projectPaths } from '../command.ts';
import { readCluster, readExportBucket } from '../documents.ts';
import { requireSuccess, startExport, watchExport } from '../export-job.ts';
import { backupPath } from '../find.ts';
import { grantRequest } from '../first-start.ts';
import { formatBytes, formatCount, formatDuration, shorten } from '../format.ts';
import { marksOf } from '../marks.ts';
import { requireNotFailed, watchSnapshot } from '../snapshot-job.ts';
import { takeSnapshot } from '../take-snapshot.ts';
import type { Terminal } from '../terminal.ts';
import { firstLineOf } from './first-line.ts';
import { bucketTree } from './tree.ts';

const CLUSTER = 'sample';
const BUCKET = 'example-bucket';
const INDENT = '   ';
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
    terminal.say(`${terminal.paint(out, 'bold', `${number}. ${text}`)}\n`);
  };
  const indented = (text: string): string => text.replace(/^(?=.)/gm, INDENT) + '\n';
  const detail = (text: string): void => terminal.say(indented(text));
  /** Data is not folded, because it would not be the same data. */
  const show = (text: string): void => void out.write(indented(text));

  step(`A server listens on ${server.url}`);
  detail(`Its data is in ${dataDir}. In it: a project, an API key, an authorized role.\n`);

  step('Grant access to a bucket, over HTTP with digest, as in the reference of Atlas');
  const bucket = await grantBucket(client, profile, (text) => show(terminal.paint(out, 'dim', text)));

  step('Register a deployment');
  const { groupId, publicKey, roleId } = profile;
  const session = { client, url: server.url, groupId, publicKey, roleId, chosenBy: {}, ...projectPaths(groupId) };
  const { id, mongoDBVersion } = await client.request(readCluster, 'POST', session.extensionPath('/clusters'), {
    name: CLUSTER,
    mongodump: { directory: dump },
  });
  const cluster = { id, name: CLUSTER, backup: backupPath(CLUSTER) };
  detail(`Cluster "${CLUSTER}" is what mongodump wrote to ${nearby(dump)} (MongoDB ${mongoDBVersion}).\n`);

  step('Take a snapshot');
  const snapshotStart = clock.now();
  const { id: snapshotId } = await takeSnapshot(session, cluster, { description: 'demo', retentionDays: 1 });
  const snapshot = await watchSnapshot(session, cluster, snapshotId, options);
  requireNotFailed(cluster, snapshot);
  const snapshotTime = formatDuration(clock.now() - snapshotStart);
  detail(`${snapshot.id} ${snapshot.status}, ${formatBytes(snapshot.storageSizeBytes)} stored, in ${snapshotTime}.`);
  detail(`Its consistency: ${snapshot.consistency?.level ?? 'unknown'}. ${snapshot.consistency?.reason ?? ''}\n`);

  step('Export it to the bucket');
  const exportStart = clock.now();
  const { id: exportId } = await startExport(session, cluster, { snapshotId, exportBucketId: bucket._id });
  const job = await watchExport(session, cluster, exportId, options);
  requireSuccess(cluster, job);
  const { exportedCollections = 0 } = job.exportStatus ?? {};
  detail(
    `${job.id} ${terminal.paint(out, 'green', job.state)}, ${formatCount(exportedCollections, 'collection')}, ` +
      `in ${formatDuration(clock.now() - exportStart)}.\n`,
  );

  const store = await openObjectStore(storeConfigOf({ provider: 'AWS', bucketName: BUCKET }, providers), { clock });
  step(`What is in the bucket "${BUCKET}" now`);
  show(`${(await bucketTree(store, (out.columns || Infinity) - INDENT.length)).join('\n')}\n`);
  await showSample(store, job.prefix, { show, isAscii: terminal.isAscii });

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
  terminal.say(`${terminal.paint(out, 'green', 'Done')} in ${formatDuration(clock.now() - startedAt)}.\n`);
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

async function showSample(
  store: ObjectStore,
  prefix: string,
  { show, isAscii }: { readonly show: (text: string) => void; readonly isAscii: boolean },
): Promise<void> {
  for await (const { key } of store.list(`${prefix}/shop/orders/`)) {
    if (!key.endsWith('.json.gz')) continue;
    const line = await firstLineOf(store, key);
    const shown = shorten(line, SAMPLE_LINE_CHARACTERS, marksOf(isAscii).ellipsis);
    show(`The first line of shop/orders/${key.slice(key.lastIndexOf('/') + 1)}:\n${shown}\n`);
    return;
  }
}
