import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Download } from '../../pipelines/download/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { createDownloadLinks } from './download-link.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export { DOWNLOADS_PREFIX } from './download-link.ts';
export type { RestoreRequest } from './task.ts';

export interface RestoreJobsDependencies
  extends
    Omit<ServiceDependencies, 'clusters' | 'links'>,
    Pick<TaskDependencies, 'repository' | 'restoreSnapshot' | 'openDownload'> {
  readonly clusters: Pick<Clusters, 'requireCluster' | 'openClusterTarget' | 'onRemoval'>;
  /** 32 secret bytes that sign the links of downloads. */
  readonly linkKey: Uint8Array;
}

/** The restores of snapshots to deployments, and their downloads. The snapshot of an active restore cannot be removed. */
export interface RestoreJobs {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /**
   * Opens the download that a link names; undefined if the link is wrong or has expired.
   * @param file the last part of the link's path.
   * @param query returns a parameter of its query.
   */
  readonly openLinkedDownload: (
    file: string,
    query: (name: string) => string | undefined,
  ) => Promise<Download | undefined>;
}

export function createRestoreJobs(deps: RestoreJobsDependencies): RestoreJobs {
  const links = createDownloadLinks(deps.linkKey);
  const service = createService({ ...deps, links });
  return {
    operations: createOperations(service),
    jobHandlers: createJobHandlers(deps),
    openLinkedDownload: async (file, query) => {
      const link = links.read(file, query);
      const job = link && (await service.findLinked(link));
      return job && deps.openDownload(await deps.repository.openSnapshot(job.snapshotId));
    },
  };
}
