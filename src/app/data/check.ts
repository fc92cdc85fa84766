import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import type { Id } from '../../kernel/ids.ts';
import { createSealer } from '../../kernel/sealing.ts';
import { databaseNewer, inspectSqlite, type Database, type InspectedSqlite } from '../../metastore/index.ts';
import { openObjectStore } from '../../object-store/all.ts';
import {
  checkRepository,
  type RepositoryCheckOptions,
  type RepositoryReport,
} from '../../pipelines/repository-check/index.ts';
import { BlockPool } from '../../pipelines/threads/index.ts';
import { requireReadableKeys } from '../../resources/api-keys/index.ts';
import { createSnapshotRepository, readRepositoryId } from '../../snapshot/repository/index.ts';
import { DATABASE_FILE, REPOSITORY_FOLDER } from '../data-directory.ts';
import { loadEncryptionKey } from '../encryption-key.ts';
import { requirePrivateFile } from '../private-file.ts';
import { profileFile } from '../profile.ts';
import { statOf } from '../read-file.ts';

export interface RepositoryCheckRequest extends Pick<RepositoryCheckOptions, 'readData' | 'signal' | 'onProgress'> {
  readonly dataDir: string;
  readonly clock: Clock;
}

export interface DataCheckRequest extends RepositoryCheckRequest {
  /** The key of the environment, in base64. */
  readonly encryptionKey: string | undefined;
}

/** The result of a check of a data directory. docs/formats/data-check.md describes its JSON. */
export interface DataReport {
  /** What is wrong with the metadata and the secrets, one sentence each. */
  readonly problems: readonly string[];
  /** Completed snapshots of the metadata. */
  readonly completedSnapshots: number;
  /** Completed snapshots whose manifest is not in the repository. */
  readonly missingSnapshots: readonly Id[];
  /** Migrations that the next start will make, because an older version used the directory last. */
  readonly pendingMigrations: readonly string[];
  /** Whether the encryption key opens the stored secrets; `absent`: no key is there. */
  readonly encryptionKey: 'opens' | 'wrong' | 'absent';
  readonly repository: RepositoryReport;
}

/** Checks the repository of a data directory, also beside a server. @throws AppError `NO_REPOSITORY_FOUND` */
export async function checkRepositoryOf(request: RepositoryCheckRequest): Promise<RepositoryReport> {
  const store = await openRepositoryStore(request.dataDir, request.clock);
  return await check(createSnapshotRepository(store), request);
}

async function check(
  repository: RepositoryCheckOptions['repository'],
  request: RepositoryCheckRequest,
): Promise<RepositoryReport> {
  const pool = new BlockPool();
  try {
    return await checkRepository({ ...request, repository, pool });
  } finally {
    await pool.close();
  }
}

/**
 * Checks a data directory or a backup of one, also beside a server: the metadata, the key, and that the repository holds every
 * completed snapshot whole. Nothing is changed.
 * @throws AppError `NO_DATA_FOUND`, `NO_REPOSITORY_FOUND`, `DATABASE_NEWER`
 */
export async function checkData(request: DataCheckRequest): Promise<DataReport> {
  const { dataDir, clock } = request;
  const file = join(dataDir, DATABASE_FILE);
  if (statOf(file) === undefined) {
    throw new AppError({
      code: 'NO_DATA_FOUND',
      message: `the directory ${dataDir} holds no ${DATABASE_FILE}, so it is no data directory`,
      hint: 'Name the data directory of a server, or a backup of one.',
    });
  }
  const store = await openRepositoryStore(dataDir, clock);
  const snapshots = createSnapshotRepository(store);
  const metadata = await inspectSqlite(file);
  try {
    const { database, schema } = metadata;
    if (schema.unknown.length > 0) throw databaseNewer(file, schema.unknown);
    const completed = await completedSnapshots(database);
    const repository = await check(snapshots, request);
    const stored = new Set<Id>();
    for await (const id of snapshots.snapshotIds({ signal: request.signal })) stored.add(id);
    const missing = completed.filter((id) => !stored.has(id));
    // A snapshot that was deleted during the check is not missing.
    const still = new Set(missing.length === 0 ? [] : await completedSnapshots(database));
    const key = await keyState(request, database);
    return {
      problems: [
        ...metadata.problems,
        ...(await repositoryProblems(metadata, store)),
        ...fileProblems(dataDir),
        ...key.problems,
      ],
      completedSnapshots: completed.length,
      missingSnapshots: missing.filter((id) => still.has(id)),
      pendingMigrations: schema.pending,
      encryptionKey: key.state,
      repository,
    };
  } finally {
    await metadata.close();
  }
}

async function openRepositoryStore(dataDir: string, clock: Clock) {
  const directory = join(dataDir, REPOSITORY_FOLDER);
  if (statOf(directory) === undefined) {
    throw new AppError({
      code: 'NO_REPOSITORY_FOUND',
      message: `the data directory ${dataDir} holds no snapshot repository`,
      hint: 'Name the data directory of the server with --data-dir.',
    });
  }
  return await openObjectStore({ kind: 'local', directory }, { clock });
}

async function completedSnapshots(database: Database): Promise<readonly Id[]> {
  const rows = await database.selectFrom('snapshots').select('id').where('status', '=', 'completed').execute();
  return rows.map(({ id }) => id);
}

async function repositoryProblems(
  { database }: InspectedSqlite,
  store: Parameters<typeof readRepositoryId>[0],
): Promise<readonly string[]> {
  const known = (await database.selectFrom('repositories').select('id').executeTakeFirst())?.id;
  try {
    const found = await readRepositoryId(store);
    if (known === found) return [];
    return [`the repository has the id ${found ?? 'none'}, and the metadata knows ${known ?? 'none'}`];
  } catch (thrown) {
    return [`repository.json cannot be read: ${messageOf(thrown)}`];
  }
}

function fileProblems(dataDir: string): readonly string[] {
  const file = profileFile(dataDir);
  try {
    if (statOf(file) !== undefined) requirePrivateFile(file);
    return [];
  } catch (thrown) {
    return [messageOf(thrown)];
  }
}

async function keyState(
  { dataDir, encryptionKey: given }: DataCheckRequest,
  database: Database,
): Promise<{ readonly state: DataReport['encryptionKey']; readonly problems: readonly string[] }> {
  try {
    await requireReadableKeys(database, createSealer(loadEncryptionKey({ dataDir, given, isNew: false })));
    return { state: 'opens', problems: [] };
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'ENCRYPTION_KEY_MISSING') return { state: 'absent', problems: [] };
    return { state: 'wrong', problems: [messageOf(thrown)] };
  }
}
