import assert from 'node:assert/strict';
import { openObjectStore } from '../../src/object-store/all.ts';
import { checkRepository } from '../../src/pipelines/repository-check/index.ts';
import type { BlockPool } from '../../src/pipelines/threads/index.ts';
import { createSnapshotRepository } from '../../src/snapshot/repository/index.ts';

/** Reads every block that a snapshot names, because a collection of garbage may have removed one. @throws AssertionError */
export async function requireRepository(directory: string, pool: BlockPool): Promise<void> {
  const clock = { now: () => Date.now() };
  const repository = createSnapshotRepository(await openObjectStore({ kind: 'local', directory }, { clock }));
  const { signal } = new AbortController();
  const report = await checkRepository({ repository, pool, readData: true, signal });
  assert.ok(report.snapshots > 0, 'the repository has no snapshot');
  assert.deepEqual([report.damagedManifests, report.hurtSnapshots, report.damagedBlocks], [[], [], []]);
}
