import { Type } from 'typebox';
import { fenced, type JobContext, type JobHandler, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import {
  contentsOfExport,
  type CompletionFacts,
  type ExportOptions,
  type ExportTotals,
} from '../../pipelines/export/index.ts';
import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';
import { isActive, type ExportFigures, type ExportJob } from './model.ts';
import { selectObjects } from './objects-table.ts';
import { createProgressRecorder } from './progress.ts';
import { EXPORT_SNAPSHOT, type ExportJobService } from './service.ts';
import * as table from './table.ts';

/** More servers do not export in one second. A store that refuses every claim is at fault. */
const MAX_MOVES = 100;

const readPayload = jsonReader(Type.Object({ exportJobId: Type.String() }));

/** The job's part of an export's options. Composition adds the encoding and the threads. */
export type ExportRequest = Omit<ExportOptions, 'mode' | 'product' | 'pool'>;

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly organizations: Pick<Organizations, 'requireOrganization'>;
  readonly projects: Pick<Projects, 'requireProject'>;
  readonly clusters: Pick<Clusters, 'requireClusterById'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore'>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot'>;
  readonly service: Pick<ExportJobService, 'ended' | 'moveWithin'>;
  /** Resolves after every object was acknowledged, `.complete` last. */
  readonly exportSnapshot: (request: ExportRequest) => Promise<ExportTotals>;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  const { database, clock } = deps;
  const handler: JobHandler = {
    async run(context) {
      const job = await table.selectJob(database, readPayload(context.payload).exportJobId);
      if (job === undefined || !isActive(job)) return;
      await fenced(database, context, (transaction) => table.setInProgress(transaction, job.id));
      const { collections, figures } = await exportToFreeFolder(deps, context, job);
      const finishedAt = clock.now();
      await fenced(database, context, async (transaction) => {
        await table.setSuccessful(transaction, job.id, { finishedAt, collections, figures });
        await deps.service.ended(transaction, job.id);
      });
    },

    async failed(transaction, payload, error) {
      const { exportJobId } = readPayload(payload);
      const facts = { state: 'Failed', finishedAt: clock.now(), ...failureReason(error) } as const;
      await table.setUnsuccessful(transaction, exportJobId, facts);
      await deps.service.ended(transaction, exportJobId);
    },
  };
  return { [EXPORT_SNAPSHOT]: handler };
}

/**
 * Exports to the folder of the job. Servers whose names are equal choose one folder in the same second, so a folder that another export has
 * claimed is replaced by that of the next second, as among the exports of one server.
 */
async function exportToFreeFolder(
  deps: TaskDependencies,
  context: JobContext,
  job: ExportJob,
): ReturnType<typeof exportJob> {
  let { prefix } = job;
  for (let moves = 0; ; moves++) {
    try {
      return await exportJob(deps, context, { ...job, prefix });
    } catch (thrown) {
      if (job.isClaimed || codeOf(thrown) !== 'EXPORT_FOLDER_TAKEN' || moves === MAX_MOVES) throw thrown;
    }
    const present = { ...job, prefix };
    await fenced(deps.database, context, async (transaction) => {
      prefix = await deps.service.moveWithin(transaction, present);
    });
  }
}

async function exportJob(
  deps: TaskDependencies,
  context: JobContext,
  job: ExportJob,
): Promise<{ readonly collections: number; readonly figures: ExportFigures }> {
  const { database, clock } = deps;
  const { signal } = context;
  const cluster = await deps.clusters.requireClusterById(job.clusterId);
  const bucket = await deps.exportBuckets.requireExportBucket(job.groupId, job.exportBucketId);
  context.report({ clusterName: cluster.name, bucketName: bucket.bucketName, prefix: job.prefix });
  const store = await deps.exportBuckets.openStore(bucket);
  const snapshot = await deps.repository.openSnapshot(job.snapshotId, { signal });
  const fence = (transaction: Transaction) => context.fence(transaction);
  const completion = await completionFacts(deps, job, cluster.name);
  const finished = await selectObjects(database, job.id);
  const { onProgress, onObject, flush } = createProgressRecorder({ database, clock, jobId: job.id, fence });
  const request: ExportRequest = {
    snapshot,
    store,
    prefix: job.prefix,
    claim: {
      exportId: job.id,
      isClaimed: job.isClaimed,
      onClaimed: () => fenced(database, context, (transaction) => table.setClaimed(transaction, job.id)),
    },
    replicaSetName: cluster.name,
    completion,
    finished,
    onProgress,
    onObject,
    // A cancelled job has no `.complete`: what cancels it and what writes the file agree through this row.
    beforeComplete: () => fenced(database, context, (transaction) => table.setCompleting(transaction, job.id)),
    signal,
  };
  try {
    const { collections, documents, files, bytes: objectBytes } = await deps.exportSnapshot(request);
    const { bytes } = contentsOfExport(snapshot);
    context.report({ collections, documents, bytes, objects: files, objectBytes });
    const figures = { documents, totalDocuments: documents, bytes, totalBytes: bytes, objects: files, objectBytes };
    return { collections, figures };
  } catch (thrown) {
    // Stores the progress for the next attempt. An error of the flush is dropped, because the export's own error matters more.
    await flush().catch(() => undefined);
    throw thrown;
  }
}

async function completionFacts(deps: TaskDependencies, job: ExportJob, clusterName: string): Promise<CompletionFacts> {
  const { orgId, name: groupName } = await deps.projects.requireProject(job.groupId);
  const { name: orgName } = await deps.organizations.requireOrganization(orgId);
  return {
    orgId,
    orgName,
    groupId: job.groupId,
    groupName,
    clusterUniqueId: job.clusterId,
    clusterName,
    labels: [],
    customData: job.customData,
  };
}
