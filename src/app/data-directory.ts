import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSealer, type Sealer } from '../kernel/sealing.ts';
import { lockDataDirectory, openSqlite, type Metastore } from '../metastore/index.ts';
import type { Settings } from './config.ts';
import { loadEncryptionKey } from './encryption-key.ts';
import { syncDirectory } from './private-file.ts';

const DATABASE_FILE = 'metadata.sqlite';
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;
/** There from before the first API key is made until its private part is in the profile. */
const FIRST_START_MARKER = 'first-start.partial';

/** A data directory that this process alone has open. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string;
  readonly metastore: Metastore;
  readonly sealer: Sealer;
  readonly encryptionKey: Uint8Array;
  /** To be called when what the first start made is kept in the profile. */
  firstStartIsKept(): void;
  close(): Promise<void>;
}

/**
 * Locks the data directory, and opens its key and its metadata.
 * @throws AppError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_UNUSABLE`, and what the key and the database throw.
 */
export async function openDataDirectory(settings: Pick<Settings, 'dataDir' | 'encryptionKey'>): Promise<DataDirectory> {
  const path = resolve(settings.dataDir);
  const lock = lockDataDirectory(path);
  try {
    const database = join(path, DATABASE_FILE);
    const marker = join(path, FIRST_START_MARKER);
    if (existsSync(marker)) removeHalfMade(database);
    const isNew = !existsSync(database);
    if (isNew) closeSync(openSync(marker, 'w', OWNER_ONLY_FILE));
    const encryptionKey = loadEncryptionKey({ dataDir: path, given: settings.encryptionKey, isNew });
    // Private even in a directory that was made by somebody else and is open to others; SQLite's further files take after this.
    closeSync(openSync(database, 'a', OWNER_ONLY_FILE));
    for (const name of ['repository', 'buckets']) mkdirSync(join(path, name), { recursive: true, mode: OWNER_ONLY });
    const metastore = await openSqlite({ path: database });
    return {
      path,
      metastore,
      sealer: createSealer(encryptionKey),
      encryptionKey,
      firstStartIsKept() {
        rmSync(marker, { force: true });
        // Were the marker back after a power cut, the next start would take all that was served since for half made.
        syncDirectory(path);
      },
      async close() {
        await metastore.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * A first start that was killed has served nobody, and its private key may be known to nobody: what it made goes, and
 * the first start is done anew.
 */
function removeHalfMade(database: string): void {
  for (const file of [database, `${database}-wal`, `${database}-shm`]) rmSync(file, { force: true });
}
