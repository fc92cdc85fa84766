import type { Database } from '../../metastore/index.ts';
import type { TimeState } from './model.ts';

const ONLY = 'server';

export async function selectState(database: Database): Promise<TimeState | undefined> {
  const row = await database.selectFrom('server_time').selectAll().executeTakeFirst();
  return row && { seenAt: row.seen_at, passedAt: row.passed_at, differsForMs: row.differs_for_ms ?? undefined };
}

export async function putState(database: Database, { seenAt, passedAt, differsForMs }: TimeState): Promise<void> {
  const columns = { seen_at: seenAt, passed_at: passedAt, differs_for_ms: differsForMs ?? null };
  await database
    .insertInto('server_time')
    .values({ id: ONLY, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}
