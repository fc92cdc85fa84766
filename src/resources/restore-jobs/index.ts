import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Download } from '../../pipelines/download/index.ts';
import { createDownloadLinks, FILE_ENDING } from './download-link.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export { DOWNLOADS_PREFIX } from './download-link.ts';
export type { RestoreRequest } from './task.ts';

export interface RestoreJobsDependencies
  extends
    Omit<ServiceDependencies, 'clusters' | 'exportBuckets' | 'links'>,
    Pick<TaskDependencies, 'exportJobs' | 'repository' | 'restore' | 'openDump' | 'openDownload'> {
  readonly clusters: ServiceDependencies['clusters'] & TaskDependencies['clusters'];
  readonly exportBuckets: ServiceDependencies['exportBuckets'] & TaskDependencies['exportBuckets'];
  /** 32 secret bytes that sign the links of downloads. */
  readonly linkKey: Uint8Array;
}

/**
 * The restores of snapshots, exports and dumps to deployments, and the downloads of snapshots. The snapshot and the bucket of an active
 * restore cannot be removed.
 */
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
  /**
   * Returns the id of the snapshot whose objects a link gives; undefined if the link is wrong or has expired.
   * @param folder the part of the link's path before the key of an object.
   */
  readonly findLinkedSnapshot: (folder: string, query: (name: string) => string | undefined) => Promise<Id | undefined>;
}

export function createRestoreJobs(deps: RestoreJobsDependencies): RestoreJobs {
  const links = createDownloadLinks(deps.linkKey);
  const service = createService({ ...deps, links });
  const findLinkedSnapshot: RestoreJobs['findLinkedSnapshot'] = async (folder, query) => {
    const link = links.read(folder, query);
    return link && (await service.findLinked(link)) && link.snapshotId;
  };
  return {
    operations: createOperations(service),
    jobHandlers: createJobHandlers(deps),
    openLinkedDownload: async (file, query) => {
      if (!file.endsWith(FILE_ENDING)) return undefined;
      const snapshotId = await findLinkedSnapshot(file.slice(0, -FILE_ENDING.length), query);
      if (snapshotId === undefined) return undefined;
      return deps.openDownload(await deps.repository.openSnapshot(snapshotId));
    },
    findLinkedSnapshot,
  };
}
