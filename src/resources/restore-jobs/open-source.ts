import type { Id } from '../../kernel/ids.ts';
import {
  openExportAt,
  restoreSourceOfSnapshot,
  type OpenedRestoreSource,
  type RestoreSource,
} from '../../pipelines/restore/index.ts';
import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import type { ExportJobs } from '../export-jobs/index.ts';
import type { RestoreJobSource } from './model.ts';

/** `exported_snapshots`, the organization and the project, with which the prefix of an export begins. */
const FOLDERS_OF_PROJECT = 3;

export interface SourceDependencies {
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore'>;
  readonly exportJobs: Pick<ExportJobs, 'groupIdOf' | 'ownersOf'>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot'>;
  /** Opens what mongodump wrote, if it is where the operator permits it. */
  readonly openDump: (path: string) => Promise<OpenedRestoreSource>;
}

/** Opens what a job restores. @throws AppError of the source. */
export async function openSource(
  deps: SourceDependencies,
  source: RestoreJobSource,
  signal: AbortSignal,
): Promise<OpenedRestoreSource> {
  switch (source.kind) {
    case 'snapshot': {
      const snapshot = await deps.repository.openSnapshot(source.snapshotId, { signal });
      return withoutClose(restoreSourceOfSnapshot(snapshot));
    }
    case 'dump':
      return await deps.openDump(source.address);
    case 'export': {
      const { groupId, exportBucketId, bucketName: address, place, allowIncomplete } = source;
      const store = await deps.exportBuckets.openStore(
        await deps.exportBuckets.requireExportBucket(groupId, exportBucketId),
      );
      const mayRead = readableBy(groupId, deps);
      return withoutClose(await openExportAt({ store, place, address, allowIncomplete, mayRead, signal }));
    }
  }
}

/**
 * Projects may share a bucket, and none reads the exports of another one. The job of an export knows its project under any name. Without
 * a job the path says it, and a bucket may have many exports of few projects.
 */
function readableBy(groupId: Id, { exportJobs }: SourceDependencies): (prefix: string) => Promise<boolean> {
  const owners = new Map<string, Promise<readonly Id[]>>();
  return async (prefix) => {
    const known = await exportJobs.groupIdOf(prefix);
    if (known !== undefined) return known === groupId;
    const folder = prefix.split('/').slice(0, FOLDERS_OF_PROJECT).join('/');
    const found = owners.get(folder) ?? exportJobs.ownersOf(folder);
    owners.set(folder, found);
    const projects = await found;
    return projects.length === 0 || projects.includes(groupId);
  };
}

function withoutClose(source: RestoreSource): OpenedRestoreSource {
  return { source, close: () => Promise.resolve() };
}
