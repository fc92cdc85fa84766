import { newId, type Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';

/** A snapshot whose blocks a collection of garbage is to look at. */
export interface GarbageMark {
  readonly id: Id;
  readonly snapshotId: Id;
}

/** Written in the transaction that removes the snapshot, or ends its capture. */
export async function markGarbage(transaction: Transaction, snapshotId: Id, nowMs: number): Promise<void> {
  await transaction
    .insertInto('snapshot_garbage')
    .values({ id: newId(nowMs), snapshot_id: snapshotId })
    .execute();
}

export async function selectGarbageMarks(database: Database): Promise<readonly GarbageMark[]> {
  const rows = await database.selectFrom('snapshot_garbage').selectAll().orderBy('id').execute();
  return rows.map((row) => ({ id: row.id, snapshotId: row.snapshot_id }));
}

/** Removes these marks, and none that was made of the same snapshots since. */
export async function deleteGarbageMarks(transaction: Transaction, marks: readonly GarbageMark[]): Promise<void> {
  for (const { id } of marks) await transaction.deleteFrom('snapshot_garbage').where('id', '=', id).execute();
}
