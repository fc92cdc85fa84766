import { AppError, messageOf } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../metastore/index.ts';
import type { ObjectStore } from '../object-store/contract.ts';
import { createSnapshotRepository, readRepositoryId, writeRepositoryId } from '../snapshot/repository/index.ts';

/**
 * Refuses a repository that has snapshots beside a database that is about to be made.
 * @throws AppError `REPOSITORY_FOREIGN`
 */
export async function requireNoSnapshots(store: ObjectStore, dataDir: string): Promise<void> {
  for await (const id of createSnapshotRepository(store).snapshotIds()) {
    throw foreign(dataDir, `there is a snapshot (${id}), and no metadata`);
  }
}

/**
 * Verifies that metadata and repository have the same id. Where one of them has none, they get one if they belong together: the repository
 * is empty, or the metadata knows one of its snapshots.
 * @throws AppError `REPOSITORY_FOREIGN`, `REPOSITORY_MISSING`
 */
export async function requireOwnRepository(options: {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** The path, for messages. */
  readonly dataDir: string;
}): Promise<void> {
  const { database, store, clock, dataDir } = options;
  const known = (await database.selectFrom('repositories').select('id').executeTakeFirst())?.id;
  const found = await repositoryId(store, dataDir);
  if (known !== undefined && found !== undefined) {
    if (known !== found) throw foreign(dataDir, `the repository has the id ${found}, and the metadata has ${known}`);
    return;
  }
  const content = await contentOf(database, store);
  if (content === 'foreign') throw foreign(dataDir, 'the metadata knows none of the snapshots in the repository');
  if (content === 'nothing' && known !== undefined && (await hasCompleteSnapshots(database))) {
    throw missing(dataDir, known);
  }
  const id = found ?? known ?? newId(clock.now());
  // First the repository: a process that is killed between the two leaves an id that the next start takes over.
  if (found === undefined) await writeRepositoryId(store, id);
  if (known === undefined) await database.insertInto('repositories').values({ id }).execute();
}

async function repositoryId(store: ObjectStore, dataDir: string): Promise<string | undefined> {
  try {
    return await readRepositoryId(store);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw foreign(dataDir, `repository.json cannot be read: ${messageOf(cause)}`, cause);
  }
}

/**
 * Says whether the repository holds nothing, a snapshot that the metadata knows, or other snapshots alone. A deleted snapshot whose
 * garbage was not collected yet counts as known.
 */
async function contentOf(database: Database, store: ObjectStore): Promise<'nothing' | 'known' | 'foreign'> {
  let isEmpty = true;
  for await (const id of createSnapshotRepository(store).snapshotIds()) {
    isEmpty = false;
    const row = await database.selectFrom('snapshots').select('id').where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return 'known';
    const marks = database.selectFrom('snapshot_garbage').select('id').where('snapshot_id', '=', id);
    if ((await marks.executeTakeFirst()) !== undefined) return 'known';
  }
  return isEmpty ? 'nothing' : 'foreign';
}

async function hasCompleteSnapshots(database: Database): Promise<boolean> {
  const complete = database.selectFrom('snapshots').select('id').where('status', '=', 'completed').limit(1);
  return (await complete.executeTakeFirst()) !== undefined;
}

/** The error of an empty repository beside metadata with snapshots. The directory of an unmounted file system is empty. */
function missing(dataDir: string, id: string): AppError {
  return new AppError({
    code: 'REPOSITORY_MISSING',
    message: `the directory repository in the data directory ${dataDir} is empty, and the metadata knows complete snapshots`,
    hint:
      'Mount the file system of the repository, or restore the directory repository from its backup. To give the snapshots up, write ' +
      `{"format":"longshore-repository","id":"${id}"} into repository/repository.json.`,
  });
}

function foreign(dataDir: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'REPOSITORY_FOREIGN',
    message: `in the data directory ${dataDir} the metadata is not that of the repository: ${reason}`,
    hint:
      'Restore metadata.sqlite and the directory repository from the same backup. To begin anew, name another --data-dir, or move the ' +
      'directory repository away. If the two do belong together, remove repository/repository.json: the next start looks at the ' +
      'snapshots instead, and makes it anew.',
    ...(cause === undefined ? {} : { cause }),
  });
}
