import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { Drills } from '../drills/index.ts';
import type { ExportJobs } from '../export-jobs/index.ts';
import type { Schedules } from '../schedules/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import { drillEnded, exportEnded, exportOverdue, snapshotFailed } from './events.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export type { WebhookEventType } from './model.ts';
export type { WebhookRequest } from './task.ts';

export interface WebhooksDependencies extends ServiceDependencies, Pick<TaskDependencies, 'send'> {
  readonly clusters: Pick<Clusters, 'requireClusterById'>;
  readonly snapshots: Pick<Snapshots, 'onFailure'>;
  readonly exportJobs: Pick<ExportJobs, 'onEnd'>;
  readonly schedules: Pick<Schedules, 'onOverdue'>;
  readonly drills: Pick<Drills, 'onEnd'>;
}

/** Webhooks: receivers that are told when exports, snapshots and drills end, and when exports are overdue. */
export interface Webhooks {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
}

export function createWebhooks(deps: WebhooksDependencies): Webhooks {
  const { clusters, snapshots, exportJobs, schedules, drills } = deps;
  const service = createService(deps);
  exportJobs.onEnd(async (transaction, job) => {
    const event = exportEnded(await clusters.requireClusterById(job.clusterId, transaction), job);
    if (event !== undefined) await service.publish(transaction, event);
  });
  schedules.onOverdue(async (transaction, overdue) => {
    await service.publish(transaction, exportOverdue(overdue));
  });
  snapshots.onFailure(async (transaction, snapshot) => {
    const cluster = await clusters.requireClusterById(snapshot.clusterId, transaction);
    await service.publish(transaction, snapshotFailed(cluster, snapshot));
  });
  drills.onEnd(async (transaction, drill) => {
    const cluster = await clusters.requireClusterById(drill.clusterId, transaction);
    await service.publish(transaction, drillEnded(cluster, drill));
  });
  return { operations: createOperations(service), jobHandlers: createJobHandlers(deps) };
}
