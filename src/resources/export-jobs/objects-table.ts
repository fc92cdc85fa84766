import type { Id } from '../../kernel/ids.ts';
import type { Database } from '../../metastore/index.ts';
import { parseExportObject, type ExportObject } from '../../pipelines/export/index.ts';

/** A row has 3 values, and SQLite allows 32 766 values in a statement. */
const ROWS_AT_ONCE = 1000;

/** Returns the objects that earlier attempts at a job have written. */
export async function selectObjects(database: Database, jobId: Id): Promise<readonly ExportObject[]> {
  const rows = await database
    .selectFrom('export_job_objects')
    .select('object')
    .where('export_job_id', '=', jobId)
    .orderBy('key')
    .execute();
  return rows.map(({ object }) => parseExportObject(JSON.parse(object)));
}

export async function insertObjects(database: Database, jobId: Id, objects: readonly ExportObject[]): Promise<void> {
  for (let first = 0; first < objects.length; first += ROWS_AT_ONCE) {
    const rows = objects.slice(first, first + ROWS_AT_ONCE).map((object) => ({
      export_job_id: jobId,
      key: object.key,
      object: JSON.stringify(object),
    }));
    await database
      .insertInto('export_job_objects')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['export_job_id', 'key']).doUpdateSet((row) => ({ object: row.ref('excluded.object') })),
      )
      .execute();
  }
}
