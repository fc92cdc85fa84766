import { captureSnapshot } from '../../src/pipelines/capture/index.ts';
import { restore, type RestoreOptions, type RestoreReport } from '../../src/pipelines/restore/index.ts';
import type { BlockPool } from '../../src/pipelines/threads/index.ts';
import { createSnapshotRepository, type Snapshot } from '../../src/snapshot/repository/index.ts';
import { openMongodbSource, type SnapshotSource } from '../../src/snapshot/sources/index.ts';
import { openMongodbTarget } from '../../src/snapshot/targets/index.ts';
import { memoryStore } from './memory-store.ts';
import { SNAPSHOT_ID } from './pipelines.ts';

/** Takes a snapshot of a source into memory. */
export async function snapshotOf(source: SnapshotSource, pool: BlockPool): Promise<Snapshot> {
  const repository = createSnapshotRepository(memoryStore());
  const { signal } = new AbortController();
  await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'c', startedAt: 0, signal });
  return await repository.openSnapshot(SNAPSHOT_ID);
}

/** Takes a snapshot of a running deployment into memory. */
export async function snapshotOfDeployment(uri: string, pool: BlockPool): Promise<Snapshot> {
  const source = await openMongodbSource(uri);
  try {
    return await snapshotOf(source, pool);
  } finally {
    await source.close();
  }
}

const clock = { now: () => Date.now() };

/** Restores to a deployment. */
export async function restoreInto(
  { uri }: { readonly uri: string },
  options: Pick<RestoreOptions, 'source' | 'pool'> & Partial<RestoreOptions>,
): Promise<RestoreReport> {
  const target = await openMongodbTarget(uri, { clock });
  try {
    const { signal } = new AbortController();
    return await restore({ target, clock, signal, ...options });
  } finally {
    await target.close();
  }
}
