import { createHash } from 'node:crypto';
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Type } from 'typebox';
import { writePrivateFile } from '../../app/private-file.ts';
import { statOf, textOf } from '../../app/read-file.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import { makeDirectorySync } from '../../kernel/make-directory.ts';
import {
  CollectionsProgressSchema,
  OplogProgressSchema,
  type OplogReplay,
  type RestoreProgressRecord,
  type RestoreState,
} from '../../pipelines/restore/index.ts';

const OWNER_ONLY = 0o700;
const ID_DIGITS = 16;
const FOLDER = 'restores';

/** docs/decisions/0084 says what the file is for. */
const readStateFile = jsonTextReader(
  Type.Object({
    format: Type.Literal('longshore-restore'),
    version: Type.Literal(1),
    restore: Type.String(),
    collections: CollectionsProgressSchema,
    oplog: Type.Optional(OplogProgressSchema),
  }),
);

/** What makes a restore the same one: only the same restore is continued. */
export interface RestoreIdentity {
  readonly source: string;
  readonly target: string;
  readonly rename: readonly string[];
  /** Absent: the oplog is not applied. */
  readonly oplog?: OplogReplay;
}

/** A text of hexadecimal digits that only the same restore has. */
export function restoreIdOf({ source, target, rename, oplog }: RestoreIdentity): string {
  const text = JSON.stringify([source, target, rename.toSorted(), ...(oplog === undefined ? [] : [oplog])]);
  return createHash('sha256').update(text).digest('hex').slice(0, ID_DIGITS);
}

/** The place of the file if the user names none. */
export function defaultStateFile(dataDir: string, restoreId: string): string {
  return resolve(dataDir, FOLDER, `${restoreId}.json`);
}

/**
 * Opens the progress of a restore in a file, which is complete and durable after each save.
 * @param options.restart whether an earlier attempt is forgotten.
 * @throws AppError `RESTORE_STATE_UNUSABLE` if the file is no such file, or that of another restore.
 */
export function openStateFile(
  file: string,
  { restoreId, restart }: { readonly restoreId: string; readonly restart: boolean },
): RestoreState {
  const path = resolve(file);
  return {
    earlier: restart ? undefined : readEarlier(path, restoreId),
    save: (progress: RestoreProgressRecord) => {
      makeDirectorySync(dirname(path), OWNER_ONLY);
      const record = { format: 'longshore-restore', version: 1, restore: restoreId, ...progress };
      writePrivateFile(path, JSON.stringify(record));
      return Promise.resolve();
    },
    clear: () => {
      rmSync(path, { force: true });
      removeIfEmpty(dirname(path));
      return Promise.resolve();
    },
  };
}

function readEarlier(path: string, restoreId: string): RestoreProgressRecord | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const read = (): ReturnType<typeof readStateFile> => {
    try {
      return readStateFile(text);
    } catch (thrown) {
      throw unusable(path, messageOf(thrown));
    }
  };
  const { restore, collections, oplog } = read();
  if (restore !== restoreId) throw unusable(path, 'it is that of a restore with another source, target or --rename');
  return { collections, ...(oplog === undefined ? {} : { oplog }) };
}

/** Removes the folder of the default state files when the last one is gone. A folder of the user's own stays. */
function removeIfEmpty(directory: string): void {
  if (basename(directory) !== FOLDER || statOf(directory) === undefined) return;
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}

function unusable(path: string, reason: string): AppError {
  return new AppError({
    code: 'RESTORE_STATE_UNUSABLE',
    message: `the state file ${path} cannot be used: ${reason}`,
    hint: 'Name another file with --state, or give --restart, which forgets the earlier attempt.',
  });
}
