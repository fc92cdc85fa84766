import type { Clock } from '../kernel/clock.ts';
import { drillExport, type DrillResult } from '../pipelines/drill/index.ts';
import { openExportSource, restore, type RestoreReport, type RestoreSource } from '../pipelines/restore/index.ts';
import type { BlockPool } from '../pipelines/threads/index.ts';
import type { DrillRequest } from '../resources/drills/index.ts';
import type { DocumentsHash } from '../snapshot/blocks/index.ts';

/** Runs a drill: opens the export, restores it to the scratch cluster if there is one, and compares it with the snapshot. */
export async function runDrill(
  { store, prefix, address, snapshot, scratch, signal }: DrillRequest,
  parts: { readonly clock: Clock; readonly pool: BlockPool },
): Promise<DrillResult> {
  const source = await openExportSource({ store, prefix, address, signal });
  const { pool } = parts;
  if (scratch === undefined) return await drillExport({ source, snapshot, pool, signal });
  return await drillExport({
    source,
    snapshot,
    pool,
    signal,
    restore: () => restoreToScratch(source, scratch, signal, parts),
  });
}

/**
 * Restores to databases whose names begin with the prefix of the drill, reads them back, and drops them. What an attempt that was
 * killed has left there is dropped first.
 */
async function restoreToScratch(
  source: RestoreSource,
  { target, databasePrefix }: NonNullable<DrillRequest['scratch']>,
  signal: AbortSignal,
  { clock, pool }: { readonly clock: Clock; readonly pool: BlockPool },
): Promise<ReadonlyMap<string, DocumentsHash>> {
  const databases = [...new Set(source.collections.map(({ database }) => database))];
  const rename = databases.map((database) => ({ from: { database }, to: { database: databasePrefix + database } }));
  const report = await restore({ source, target, rename, ifExists: 'drop', clock, pool, signal });
  for (const { database, name } of report.collections) await target.drop({ database, name }, signal);
  return foundIn(report);
}

/** What the target held, by the names of the source. */
function foundIn({ collections }: RestoreReport): ReadonlyMap<string, DocumentsHash> {
  const found = new Map<string, DocumentsHash>();
  for (const { from, database, name, target } of collections) {
    if (target !== undefined) found.set(from ?? `${database}.${name}`, target);
  }
  return found;
}
