import type { Gauge } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import type { Figures } from './figures.ts';

const MS_PER_SECOND = 1000;
const CLUSTER_LABELS = ['group_id', 'cluster'] as const;

/** The metrics of this server in Prometheus's text format. */
export interface Metrics {
  /** The media type of `text`. */
  readonly contentType: string;
  /** Reads the figures of this moment. */
  text(): Promise<string>;
  /** Counts an answered request. @param route the path with the names of its parameters, so that ids make no new series. */
  observeRequest(facts: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly ms: number;
  }): void;
}

export interface MetricsDependencies {
  readonly clock: Clock;
  readonly readFigures: () => Promise<Figures>;
  /** By how many milliseconds the clock is ahead of the time that has passed; 0 if they agree. */
  readonly clockDifferenceMs: () => Promise<number>;
}

/** Loads prom-client only now, because most servers are not asked for metrics. */
export async function createMetrics({ clock, readFigures, clockDifferenceMs }: MetricsDependencies): Promise<Metrics> {
  const client = await import('prom-client');
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> =>
    new client.Gauge({ name: `longshore_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const gauges = {
    lastSnapshot: gauge(
      'last_snapshot_timestamp_seconds',
      'When the last completed snapshot of a cluster ended',
      CLUSTER_LABELS,
    ),
    snapshotAge: gauge(
      'last_snapshot_age_seconds',
      'Time since the last completed snapshot of a cluster ended',
      CLUSTER_LABELS,
    ),
    lastExport: gauge(
      'last_export_timestamp_seconds',
      'When the last successful export of a cluster ended',
      CLUSTER_LABELS,
    ),
    exportAge: gauge(
      'last_export_age_seconds',
      'Time since the last successful export of a cluster ended',
      CLUSTER_LABELS,
    ),
    exportOverdue: gauge(
      'export_overdue_seconds',
      'Time since the moment for which the schedule of a cluster promised an export that is missing; 0 if none is overdue',
      CLUSTER_LABELS,
    ),
    snapshots: gauge('snapshots', 'Snapshots of a cluster by status', [...CLUSTER_LABELS, 'status']),
    exports: gauge('exports', 'Export jobs of a cluster by state', [...CLUSTER_LABELS, 'state']),
    restores: gauge('restores', 'Restore jobs of a cluster by state', [...CLUSTER_LABELS, 'state']),
    snapshotBytes: gauge(
      'snapshot_bytes',
      'Bytes of the documents in the completed snapshots of a cluster',
      CLUSTER_LABELS,
    ),
    clockDifference: gauge(
      'clock_difference_seconds',
      'By how much the clock is ahead of the time that has passed, while nothing expires because of that; 0 if they agree',
      [],
    ),
    jobs: gauge('jobs', 'Jobs of the queue; a waiting job has failed and is tried again', ['kind', 'state']),
  };
  const requests = new client.Histogram({
    name: 'longshore_http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    async text() {
      const figures = await readFigures();
      const now = clock.now();
      // A cluster that was removed has no series any more.
      for (const each of Object.values(gauges)) each.reset();
      for (const { groupId, name, ...cluster } of figures.clusters) {
        const labels = { group_id: groupId, cluster: name };
        gauges.snapshotBytes.set(labels, cluster.snapshotBytes);
        for (const [status, count] of Object.entries(cluster.snapshots))
          gauges.snapshots.set({ ...labels, status }, count);
        for (const [state, count] of Object.entries(cluster.exports)) gauges.exports.set({ ...labels, state }, count);
        for (const [state, count] of Object.entries(cluster.restores)) gauges.restores.set({ ...labels, state }, count);
        if (cluster.lastSnapshotAt !== undefined) {
          gauges.lastSnapshot.set(labels, cluster.lastSnapshotAt / MS_PER_SECOND);
          gauges.snapshotAge.set(labels, (now - cluster.lastSnapshotAt) / MS_PER_SECOND);
        }
        if (cluster.lastExportAt !== undefined) {
          gauges.lastExport.set(labels, cluster.lastExportAt / MS_PER_SECOND);
          gauges.exportAge.set(labels, (now - cluster.lastExportAt) / MS_PER_SECOND);
        }
        if (cluster.promise !== undefined) {
          const { overdueSince = now } = cluster.promise;
          gauges.exportOverdue.set(labels, (now - overdueSince) / MS_PER_SECOND);
        }
      }
      gauges.clockDifference.set((await clockDifferenceMs()) / MS_PER_SECOND);
      for (const { kind, ...counts } of figures.jobs) {
        for (const [state, count] of Object.entries(counts)) gauges.jobs.set({ kind, state }, count);
      }
      return await registry.metrics();
    },
    observeRequest: ({ method, route, status, ms }) =>
      requests.observe({ method, route, status: String(status) }, ms / MS_PER_SECOND),
  };
}
