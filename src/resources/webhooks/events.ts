import { atlasTime } from '../../kernel/clock.ts';
import type { Cluster } from '../clusters/index.ts';
import type { Drill } from '../drills/index.ts';
import type { ExportJob } from '../export-jobs/index.ts';
import type { OverdueExport } from '../schedules/index.ts';
import type { Snapshot } from '../snapshots/index.ts';
import type { WebhookEvent } from './model.ts';

// The events, as docs/formats/webhooks.md describes them.

type NamedCluster = Pick<Cluster, 'groupId' | 'name'>;

/** The event of an ended export; undefined while it has not ended. */
export function exportEnded({ groupId, name: clusterName }: NamedCluster, job: ExportJob): WebhookEvent | undefined {
  const { state, reason, figures, finishedAt } = job;
  if (state === 'Queued' || state === 'InProgress') return undefined;
  const data = {
    clusterName,
    exportId: job.id,
    snapshotId: job.snapshotId,
    exportBucketId: job.exportBucketId,
    prefix: job.prefix,
    state,
    createdAt: atlasTime(job.createdAt),
    ...(finishedAt !== undefined && { finishedAt: atlasTime(finishedAt) }),
    ...(state === 'Successful' && figures && { progress: { ...figures } }),
    ...(reason && { errorCode: reason.code, message: reason.message }),
  };
  const types = { Successful: 'export.successful', Failed: 'export.failed', Cancelled: 'export.cancelled' } as const;
  return { groupId, type: types[state], data };
}

export function exportOverdue({ cluster, dueAt, last }: OverdueExport): WebhookEvent {
  const data = {
    clusterName: cluster.name,
    dueAt: atlasTime(dueAt),
    ...(last && {
      lastSuccessfulExportId: last.id,
      lastSuccessfulExportAt: atlasTime(last.finishedAt ?? last.createdAt),
    }),
  };
  return { groupId: cluster.groupId, type: 'export.overdue', data };
}

export function snapshotFailed({ groupId, name: clusterName }: NamedCluster, snapshot: Snapshot): WebhookEvent {
  const { id: snapshotId, failure } = snapshot;
  const data = { clusterName, snapshotId, ...(failure && { errorCode: failure.code, message: failure.message }) };
  return { groupId, type: 'snapshot.failed', data };
}

export function drillEnded({ groupId, name: clusterName }: NamedCluster, drill: Drill): WebhookEvent {
  const { id: drillId, exportId, snapshotId, mode, signed } = drill;
  const data = { clusterName, drillId, exportId, snapshotId, mode, ...(signed && { outcome: signed.outcome }) };
  return { groupId, type: 'drill.ended', data };
}
