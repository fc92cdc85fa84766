import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import { makeDirectorySync } from '../kernel/make-directory.ts';
import { createSealer, type Sealer } from '../kernel/sealing.ts';
import { lockDataDirectory, lockRemovals, openSqlite, type FileLock, type Metastore } from '../metastore/index.ts';
import { openObjectStore } from '../object-store/all.ts';
import type { ObjectStore } from '../object-store/contract.ts';
import { BUCKET_FOLDERS } from './cloud-providers.ts';
import type { Settings } from './config.ts';
import { loadEncryptionKey } from './encryption-key.ts';
import { syncDirectorySync } from '../kernel/sync-directory.ts';
import { requireSameKind } from './stand-in/directory.ts';
import { requireNoSnapshots, requireOwnRepository } from './repository-id.ts';

/** The parts of a data directory that its backup and its check read, too. */
export const DATABASE_FILE = 'metadata.sqlite';
export const REPOSITORY_FOLDER = 'repository';
export const UPLOADS_FOLDER = 'uploads';
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;
/** The marker file of a first start. It exists until the profile holds the private key of the first API key. */
export const FIRST_START_MARKER = 'first-start.partial';

/** A data directory that this process has locked. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string;
  /** The directory in which archives are unpacked. Opening the data directory empties it. */
  readonly spool: string;
  /** Archives that were sent and wait for their snapshots. */
  readonly uploads: string;
  readonly metastore: Metastore;
  /** The repository of the snapshots. It belongs to the metadata. */
  readonly repositoryStore: ObjectStore;
  readonly sealer: Sealer;
  readonly encryptionKey: Uint8Array;
  /** Takes the right to remove from the repository; undefined while a backup of the directory has it. */
  lockRemovals(): FileLock | undefined;
  /** Ends the first start. Call it after the profile was written. */
  firstStartIsKept(): void;
  close(): Promise<void>;
}

/**
 * Locks the data directory, then opens its encryption key and its metadata.
 * @throws AppError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_UNUSABLE`, `REPOSITORY_FOREIGN`, `STAND_IN_MISMATCH`, and what the key and the database throw.
 */
export async function openDataDirectory(
  settings: Pick<Settings, 'dataDir' | 'encryptionKey' | 'standIn'>,
  { clock }: { readonly clock: Clock },
): Promise<DataDirectory> {
  const path = resolve(settings.dataDir);
  const lock = lockDataDirectory(path);
  try {
    const database = join(path, DATABASE_FILE);
    const marker = join(path, FIRST_START_MARKER);
    const repository = join(path, REPOSITORY_FOLDER);
    makeDirectorySync(repository, OWNER_ONLY);
    const repositoryStore = await openObjectStore(
      { kind: 'local', directory: repository },
      { clock, create: true, isExclusive: true },
    );
    // Nothing is made or removed before this check, because the right database may still be restored.
    if (existsSync(marker) || !existsSync(database)) await requireNoSnapshots(repositoryStore, path);
    if (existsSync(marker)) removeHalfMade(database);
    const isNew = !existsSync(database);
    requireSameKind(path, { isNew, isStandIn: settings.standIn === 'on' });
    if (isNew) closeSync(openSync(marker, 'w', OWNER_ONLY_FILE));
    const encryptionKey = loadEncryptionKey({ dataDir: path, given: settings.encryptionKey, isNew });
    // The file is private even in a directory that others may read. SQLite's further files get the same mode.
    closeSync(openSync(database, 'a', OWNER_ONLY_FILE));
    const spool = join(path, 'spool');
    rmSync(spool, { recursive: true, force: true });
    const uploads = join(path, UPLOADS_FOLDER);
    for (const directory of [join(path, BUCKET_FOLDERS.AWS), spool, uploads]) {
      makeDirectorySync(directory, OWNER_ONLY);
    }
    const metastore = await openSqlite({ path: database });
    try {
      await requireOwnRepository({ database: metastore.database, store: repositoryStore, clock, dataDir: path });
    } catch (error) {
      await metastore.close();
      throw error;
    }
    return {
      path,
      spool,
      uploads,
      metastore,
      repositoryStore,
      sealer: createSealer(encryptionKey),
      encryptionKey,
      lockRemovals: () => lockRemovals(path),
      firstStartIsKept() {
        rmSync(marker, { force: true });
        // The removal must be durable: if a power cut brought the marker back, the next start would discard all metadata.
        syncDirectorySync(path);
      },
      async close() {
        await metastore.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw withoutPermission(path, error) ?? error;
  }
}

/** The error of a data directory in which something belongs to another user, as after a backup was put back as root. */
export function withoutPermission(path: string, error: unknown): AppError | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  if (!['EACCES', 'EPERM'].includes(codeOf(cause) ?? '')) return undefined;
  return new AppError({
    code: 'DATA_DIRECTORY_UNUSABLE',
    message: `the data directory ${path} cannot be used: ${messageOf(cause)}`,
    hint: `Give it, with all that is in it, to the user that Longshore runs as: chown --recursive USER ${path}`,
    cause: error,
  });
}

/**
 * Discards an unfinished first start. It has served nobody, and nobody may know its private key, so the first start begins
 * anew.
 */
function removeHalfMade(database: string): void {
  for (const file of [database, `${database}-wal`, `${database}-shm`]) rmSync(file, { force: true });
}
