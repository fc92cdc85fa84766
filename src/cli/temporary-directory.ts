import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFile, type FileLock } from '../metastore/file-lock.ts';

/** The lock of a temporary directory, which its command holds as long as it lives. */
const LOCK_FILE = 'owner.lock';

const PURPOSES = ['demo', 'restore', 'run'] as const;
const NAME = new RegExp(`^longshore-(${PURPOSES.join('|')})-[A-Za-z0-9]{6}$`);
const OTHERS = 0o077;

/** A directory of one command, for its user only. */
export interface TemporaryDirectory {
  /** An empty directory. */
  readonly path: string;
  /** Removes the directory with all that is in it. */
  remove(): void;
}

/**
 * Makes a directory in the system's directory for temporary files. Those of commands that were killed are removed first, because they may
 * hold all documents of a dump, or the keys of a server.
 */
export function makeTemporaryDirectory(purpose: (typeof PURPOSES)[number]): TemporaryDirectory {
  removeLeftOver(tmpdir());
  for (;;) {
    const top = mkdtempSync(join(tmpdir(), `longshore-${purpose}-`));
    const lock = lockNew(top);
    if (lock === undefined) continue;
    return {
      path: mkdtempSync(join(top, 'data-')),
      remove() {
        lock.release();
        removeAll(top);
      },
    };
  }
}

/** Returns undefined if another command took the directory for one that is left over, before it was locked. */
function lockNew(top: string): FileLock | undefined {
  try {
    const lock = lockFile(join(top, LOCK_FILE));
    if (existsSync(top)) return lock;
    lock?.release();
    return undefined;
  } catch (thrown) {
    if (existsSync(top)) throw thrown;
    return undefined;
  }
}

/** Removes the directories of commands that live no more. What cannot be removed stays, because it must not stop this command. */
function removeLeftOver(parent: string): void {
  for (const name of namesIn(parent)) {
    const top = join(parent, name);
    try {
      if (!NAME.test(name) || !isOwn(top) || !existsSync(join(top, LOCK_FILE))) continue;
      const lock = lockFile(join(top, LOCK_FILE));
      if (lock === undefined) continue;
      removeAll(top);
      lock.release();
    } catch {
      continue;
    }
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether only this user can have written there. Windows has such a directory for each user. */
function isOwn(path: string): boolean {
  const found = lstatSync(path);
  if (!found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & OTHERS) === 0);
}

function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
