import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import {
  buildServer,
  createBearerAuthenticator,
  createDigestAuthenticator,
  createPublicDocuments,
  PUBLIC_PREFIX,
  serviceVersion,
  type Operation,
  type Section,
} from '../http/index.ts';
import { createLocalJobs, type JobWorker, type LocalJobsOptions } from '../jobs/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../metastore/index.ts';
import { directoryOf, storeConfigOf } from '../object-store/addressing.ts';
import { openObjectStore } from '../object-store/all.ts';
import { BlockPool } from '../pipelines/threads/index.ts';
import { capturedCollections, captureSnapshot, leftOutOfCapture } from '../pipelines/capture/index.ts';
import { openDownload } from '../pipelines/download/index.ts';
import { exportSnapshot } from '../pipelines/export/index.ts';
import { restore } from '../pipelines/restore/index.ts';
import { createAccessLists } from '../resources/access-lists/index.ts';
import { createApiKeys, requireReadableKeys, type ApiKeys } from '../resources/api-keys/index.ts';
import { createCloudProviderAccess, type CloudProviderAccess } from '../resources/cloud-provider-access/index.ts';
import { createClusterDetails } from '../resources/cluster-details/index.ts';
import { createClusters, type OpenSource } from '../resources/clusters/index.ts';
import { createBackupPrivateEndpoints } from '../resources/backup-private-endpoints/index.ts';
import { createCompliance } from '../resources/compliance/index.ts';
import { createEvents } from '../resources/events/index.ts';
import { createExportBuckets } from '../resources/export-buckets/index.ts';
import { createExportJobs } from '../resources/export-jobs/index.ts';
import { createOrganizations, type Organizations } from '../resources/organizations/index.ts';
import { createProjectIpAccessList } from '../resources/project-ip-access-list/index.ts';
import { createProjects, type Projects } from '../resources/projects/index.ts';
import { createSchedules } from '../resources/schedules/index.ts';
import { createRateLimits } from '../resources/rate-limits/index.ts';
import { createRoot } from '../resources/root/index.ts';
import { createDrills } from '../resources/drills/index.ts';
import { createRestoreJobs, DOWNLOADS_PREFIX } from '../resources/restore-jobs/index.ts';
import { createServerTime } from '../resources/server-time/index.ts';
import { createServiceAccounts } from '../resources/service-accounts/index.ts';
import { createSnapshots } from '../resources/snapshots/index.ts';
import { createWebhooks } from '../resources/webhooks/index.ts';
import { createSnapshotRepository, SnapshotObjects } from '../snapshot/repository/index.ts';
import { cloudProviders } from './cloud-providers.ts';
import { createOAuthPlugin, OAUTH_PREFIX } from './oauth.ts';
import { ArchiveUploads } from '../snapshot/sources/index.ts';
import type { Settings } from './config.ts';
import type { DataDirectory } from './data-directory.ts';
import { runDrill } from './run-drill.ts';
import { downloads } from './downloads.ts';
import { GoodBlocksFile } from './good-blocks-file.ts';
import { createDumpOpener, createSourceOpener, openUpload } from './open-source.ts';
import { giveMemoryBack } from './give-memory-back.ts';
import { createTargetOpener } from './open-target.ts';
import { createHealth } from './monitoring/health.ts';
import { readFigures } from './monitoring/figures.ts';
import { addMetrics } from './monitoring/metrics-routes.ts';
import { productVersion } from './product.ts';
import { createStandInOperations } from './stand-in/operations.ts';
import type { StandIn } from './stand-in/stand-in.ts';
import { createReference, REFERENCE_PREFIX } from './reference.ts';
import { templateOf } from './template.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { refusalOfWebhookUrl } from './webhook-hosts.ts';
import { CONTROL_PLANE_ADDRESSES, createUnauthenticated, UNAUTH_PREFIX } from './unauthenticated.ts';

const NONCE_KEY_BYTES = 32;
const LINK_KEY_BYTES = 32;
/** Short jobs at the same time: a receiver of webhooks that does not answer holds one of them for seconds. */
const SHORT_JOBS = 4;

/** The parts of the program, put together. */
export interface Composition {
  readonly database: Database;
  readonly organizations: Organizations;
  readonly projects: Projects;
  readonly apiKeys: ApiKeys;
  readonly cloudProviderAccess: CloudProviderAccess;
  /** All that is served. */
  readonly operations: readonly Operation[];
  /** The server that does not listen yet. */
  readonly http: FastifyInstance;
  /** The server of the monitor, which does not listen yet; undefined if the settings have no address for it. */
  readonly metricsHttp: FastifyInstance | undefined;
  /** The worker that was not started yet. */
  readonly worker: JobWorker;
  /**
   * Checks that the encryption key opens stored secrets. @throws AppError `SEALED_SECRET_UNREADABLE` if secrets were
   * sealed with another key.
   */
  requireReadableSecrets(): Promise<void>;
  /** Removes what earlier processes left of archives that were sent. To be called before anything is served. */
  removeStrayUploads(): Promise<void>;
  /** Removes the expired snapshots and their blocks at once. @returns their number. */
  removeExpired(signal: AbortSignal): Promise<number>;
  /** Call it after the HTTP server and the worker have ended. */
  close(): Promise<void>;
}

/** The parts that the program is composed of. */
export interface CompositionOptions {
  readonly settings: Settings;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Opens the buckets; absent: with the driver of their kind. */
  readonly openStore?: typeof openObjectStore;
  /** Opens the sources of clusters; absent: as the settings permit. */
  readonly openSource?: OpenSource;
  /** The time and the faults of a server that stands in for Atlas; absent: the server is a real one. */
  readonly standIn?: StandIn | undefined;
  /** The threads for blocks, which the caller closes; absent: threads that end with the composition. */
  readonly pool?: BlockPool;
  /** The worker's intervals; absent: the defaults of `LocalJobsOptions`. */
  readonly jobs?: Pick<LocalJobsOptions, 'pollMs' | 'heartbeatMs'>;
}

/** All construction: everything else is given what it works with. */
export async function compose(given: CompositionOptions): Promise<Composition> {
  const { settings, directory, clock, logger, openStore = openObjectStore, standIn } = given;
  const { metastore, sealer, encryptionKey } = directory;
  const { database, migrated } = metastore;
  if (migrated.length > 0) {
    logger.info('the metadata of an earlier version was migrated', { version: productVersion, migrations: migrated });
  }

  const repository = createSnapshotRepository(directory.repositoryStore, {
    onBlockMended: (block) => logger.warn('a damaged block of the repository was stored anew', { ...block }),
  });
  const jobs = createLocalJobs({ database, clock, logger, ...given.jobs });
  const pool =
    given.pool ??
    new BlockPool({
      onThreadRefused: (error) =>
        logger.warn('the system refused a thread for blocks: jobs go on with fewer', { error }),
      onIdle: () => void giveMemoryBack().catch((error: unknown) => logger.debug('unused memory is kept', { error })),
    });

  const serverTime = createServerTime({ database, clock, logger, isChecked: settings.clockCheck === 'on' });
  const events = createEvents({ database, clock, logger, serverTime });
  const accessLists = createAccessLists({ database, clock, logger });
  const projects: Projects = createProjects({
    database,
    clock,
    grantGroupOwner: async (transaction, caller, groupId) => {
      if (caller.kind === 'apiKey') await apiKeys.grantGroupOwner(transaction, caller, groupId);
      else await serviceAccounts.grantGroupOwner(transaction, caller, groupId);
    },
  });
  const apiKeys = createApiKeys({ database, clock, sealer, projects, accessLists });
  const organizations = createOrganizations({
    database,
    clock,
    createFirstApiKey: apiKeys.createFirstApiKey,
    createFirstServiceAccount: (...account) => serviceAccounts.createFirstServiceAccount(...account),
  });
  const serviceAccounts = createServiceAccounts({ database, clock, organizations, projects, accessLists });
  const providers = await cloudProviders(settings, directory.path);
  const cloudProviderAccess = createCloudProviderAccess({ database, clock, logger, providers });
  const template = templateOf(settings);
  const clusters = createClusters({
    database,
    clock,
    sealer,
    openSource: given.openSource ?? createSourceOpener({ ...settings, template }, directory.spool),
    template,
    openTarget: createTargetOpener(settings, clock),
    describeSource: (source) => ({
      mongodbVersion: source.mongodbVersion,
      consistency: source.consistency,
      collections: capturedCollections(source).map(({ database, name }) => `${database}.${name}`),
      leftOut: leftOutOfCapture(source),
      warnings: source.warnings ?? [],
    }),
  });
  const exportBuckets = createExportBuckets({
    database,
    clock,
    logger,
    cloudProviderAccess,
    openBucketStore: (address, options) => openStore(storeConfigOf(address, providers), { clock, ...options }),
    directoryOf: (bucket) => directoryOf(bucket, providers),
  });

  const uploads = new ArchiveUploads(directory.uploads);
  const goodBlocks = new GoodBlocksFile(join(directory.path, 'good-blocks'), logger);
  const snapshots = createSnapshots({
    database,
    clock,
    logger,
    queue: jobs.queue,
    serverTime,
    clusters,
    repository,
    lockRemovals: () => directory.lockRemovals(),
    uploads: {
      receive: (id, bytes) => uploads.receive(id, bytes),
      open: (id, options) => openUpload(uploads.fileOf(id), directory.spool, options),
      remove: (id) => uploads.remove(id),
      removeAllBut: (ids) => uploads.removeAllBut(ids),
    },
    captureSnapshot: ({ attempt, earlier, ...request }) =>
      goodBlocks.during((blocks) =>
        captureSnapshot({ ...request, repository, pool, goodBlocks: blocks, checkpoints: { attempt, earlier, clock } }),
      ),
  });
  const exportJobs = createExportJobs({
    database,
    clock,
    queue: jobs.queue,
    organizations,
    projects,
    clusters,
    snapshots,
    exportBuckets,
    repository,
    exportSnapshot: ({ store, ...request }) =>
      exportSnapshot({
        ...request,
        store: standIn?.faults.bucketOfExport(store) ?? store,
        mode: 'canonical',
        product: `longshore ${productVersion}`,
        pool,
      }),
  });
  const restoreJobs = createRestoreJobs({
    database,
    clock,
    queue: jobs.queue,
    projects,
    clusters,
    snapshots,
    exportBuckets,
    exportJobs,
    repository,
    restore: (request) => restore({ ...request, clock, pool }),
    openDump: createDumpOpener(settings, directory.spool),
    openDownload: (snapshot) => openDownload({ snapshot, pool }),
    linkKey: new Uint8Array(hkdfSync('sha256', encryptionKey, '', 'download links', LINK_KEY_BYTES)),
  });

  const compliance = createCompliance({ database, clock, serverTime, projects, snapshots });
  const schedules = createSchedules({
    database,
    clock,
    logger,
    clusters,
    snapshots,
    exportBuckets,
    exportJobs,
    compliance,
    defaultSchedule: settings.defaultSchedule,
  });
  const backupPrivateEndpoints = createBackupPrivateEndpoints({ database, clock, isLocal: settings.aws === 'local' });

  const drills = createDrills({
    database,
    clock,
    logger,
    sealer,
    queue: jobs.queue,
    clusters,
    snapshots,
    exportJobs,
    exportBuckets,
    repository,
    product: `longshore ${productVersion}`,
    runDrill: (request) => runDrill(request, { clock, pool }),
  });

  const webhooks = createWebhooks({
    database,
    clock,
    sealer,
    queue: jobs.queue,
    clusters,
    snapshots,
    exportJobs,
    schedules,
    drills,
    refusalOfUrl: (url) => refusalOfWebhookUrl(url, settings),
    send: createWebhookSender({ settings }),
  });

  const slices = {
    organizations,
    projects,
    apiKeys,
    cloudProviderAccess,
    clusters,
    snapshots,
    exportBuckets,
    exportJobs,
    compliance,
    schedules,
    backupPrivateEndpoints,
    restoreJobs,
    drills,
    webhooks,
    events,
    serviceAccounts,
    projectIpAccessList: createProjectIpAccessList({ database, clock }),
    clusterDetails: createClusterDetails({ clusters, organizations, projects }),
    root: createRoot({ build: productVersion }),
    serverTime,
  };
  const ofSlices = { ...slices, rateLimits: createRateLimits(operationsOf(slices)) };
  const operationIds = new Set(operationsOf(ofSlices).map(({ id }) => id));
  const sections = Object.entries({
    ...ofSlices,
    ...(standIn && {
      standIn: { operations: createStandInOperations(standIn, { operationIds, hasWork: () => jobs.hasWork() }) },
    }),
  }).map(([name, { operations }]) => ({ name: title(name), operations }));
  const operations = sections.flatMap((section) => section.operations);
  const http = buildServer({
    operations,
    authenticators: [
      createDigestAuthenticator({
        clock,
        lookupKey: (publicKey) => apiKeys.lookupKey(publicKey),
        nonceKey: new Uint8Array(hkdfSync('sha256', encryptionKey, '', 'digest nonces', NONCE_KEY_BYTES)),
      }),
      createBearerAuthenticator((accessToken) => serviceAccounts.tokens.lookUp(accessToken)),
    ],
    organizationOf: (groupId) => projects.organizationOf(groupId),
    recordUse: (caller, address) => accessLists.recordUse(caller, address),
    recordChange: events.recordChange,
    interfere: standIn?.faults.interfere,
    trustedProxies: settings.trustedProxies,
    clock,
    logger,
    productVersion,
    enforceRateLimits: settings.rateLimits === 'on',
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  });
  const { openLinkedDownload: open, findLinkedSnapshot: findSnapshot } = restoreJobs;
  const objects = new SnapshotObjects(directory.repositoryStore);
  void http.register(downloads({ open, findSnapshot, objects, logger }), { prefix: DOWNLOADS_PREFIX });
  const tokensPerMinute = settings.rateLimits === 'on' ? settings.tokenRateLimit : undefined;
  const oauth = createOAuthPlugin({ tokens: serviceAccounts.tokens, clock, logger, tokensPerMinute });
  void http.register(oauth, { prefix: OAUTH_PREFIX });

  const { publicUrl } = settings;
  void http.register(createReference({ sections, productVersion, publicUrl }), { prefix: REFERENCE_PREFIX });
  void http.register(createUnauthenticated(productVersion), { prefix: UNAUTH_PREFIX });
  void http.register(
    createPublicDocuments({
      documents: [CONTROL_PLANE_ADDRESSES],
      serviceVersion: serviceVersion(productVersion),
      logger,
    }),
    { prefix: PUBLIC_PREFIX },
  );
  void http.register(
    createHealth({
      database: () => database.selectFrom('repositories').select('id').execute(),
      // A comparison also tells a missing object from a missing repository.
      repository: () => directory.repositoryStore.compare('health', { bytes: 0, sha256: '' }),
    }),
    { prefix: '/health' },
  );
  const monitor = await addMetrics(http, settings, {
    clock,
    readFigures: () => readFigures(database),
    clockDifferenceMs: () => serverTime.differenceMs(),
  });

  return {
    database,
    organizations,
    projects,
    apiKeys,
    cloudProviderAccess,
    operations,
    http,
    metricsHttp: monitor,
    worker: together([
      jobs.createWorker({
        ...snapshots.jobHandlers,
        ...exportJobs.jobHandlers,
        ...restoreJobs.jobHandlers,
        ...drills.jobHandlers,
      }),
      // Short jobs have a worker of their own, because jobs of hours would delay the schedules and the webhooks.
      jobs.createWorker(
        { ...schedules.jobHandlers, ...webhooks.jobHandlers, ...events.jobHandlers },
        { concurrency: SHORT_JOBS },
      ),
    ]),
    requireReadableSecrets: () => requireReadableKeys(database, sealer),
    removeStrayUploads: () => snapshots.removeStrayUploads(),
    removeExpired: (signal) => snapshots.removeExpired(signal),
    async close() {
      await accessLists.close();
      if (given.pool === undefined) await pool.close();
    },
  };
}

/** Makes the title of a slice for readers: `projectIpAccessList` is "Project IP access list". */
function title(slice: string): string {
  const words = slice.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.replace(/^./, (letter) => letter.toUpperCase()).replace(/\b(api|ip)\b/i, (word) => word.toUpperCase());
}

function operationsOf(slices: Readonly<Record<string, Pick<Section, 'operations'>>>): readonly Operation[] {
  return Object.values(slices).flatMap(({ operations }) => operations);
}

function together(workers: readonly JobWorker[]): JobWorker {
  return {
    start() {
      for (const worker of workers) worker.start();
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
