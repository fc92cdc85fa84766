import { closeSync, fdatasync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type SqliteDatabase from 'better-sqlite3';
import { SharedRuns } from '../kernel/shared-runs.ts';
import { syncDirectory } from '../kernel/sync-directory.ts';
import { syncFault } from './disk-faults.ts';

/** Brings the bytes of an open file to the disk. */
export type SyncFile = (descriptor: number) => Promise<void>;

/**
 * Makes commits durable. SQLite has written the commits to its write-ahead log and did not wait for the disk. One call of the
 * system serves all commits that were written before it, and the event loop does not wait for it.
 */
export class LogSync {
  readonly #file: SqliteDatabase.Database;
  readonly #syncFile: SyncFile;
  #descriptor: number | undefined;
  readonly #syncs = new SharedRuns(() => this.#sync());
  #failed = false;

  /** @param syncFile absent: `fdatasync`. */
  constructor(file: SqliteDatabase.Database, syncFile: SyncFile = promisify(fdatasync)) {
    this.#file = file;
    this.#syncFile = syncFile;
  }

  /**
   * Ends when all commits that were written before this call are on the disk.
   * @throws AppError `DATABASE_FULL`, `DATABASE_READ_ONLY` or `DATABASE_DISK_FAILED`: nobody knows whether the commits survive a
   * power cut.
   */
  async done(): Promise<void> {
    if (this.#file.memory) return;
    await this.#syncs.run();
  }

  /** Call it after the last commit. */
  async close(): Promise<void> {
    await this.#syncs.last?.catch(() => undefined);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  async #sync(): Promise<void> {
    try {
      if (this.#failed) this.#checkpoint();
      else await this.#syncFile((this.#descriptor ??= await this.#open()));
    } catch (thrown) {
      this.#failed = true;
      throw syncFault(thrown);
    }
  }

  async #open(): Promise<number> {
    // SQLite locks other files than the log, so closing this descriptor later releases no lock.
    const path = `${this.#file.name}-wal`;
    const descriptor = openSync(path, 'r+');
    // SQLite syncs the name of a new log only with its first own sync.
    await syncDirectory(dirname(path));
    return descriptor;
  }

  /**
   * Moves the log into the database, and empties it. The system reports a lost write once and then forgets it, so a second sync of
   * the log proves nothing about earlier commits, and a hole in the log would hide all later ones.
   */
  #checkpoint(): void {
    const [{ busy }] = this.#file.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
    if (busy !== 0) throw new Error('another process reads the database, so the log cannot be emptied');
    this.#failed = false;
  }
}
