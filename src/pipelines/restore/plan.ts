import { AppError } from '../../kernel/errors.ts';
import { infoOf } from '../../snapshot/collection-info.ts';
import type { CollectionInfo, LeftOut } from '../../snapshot/contract.ts';
import type { Renaming, RestoreCollection, RestoreOptions } from './contract.ts';
import { isOplog, type CollectionName } from '../../snapshot/targets/index.ts';
import { reservedName } from './errors.ts';
import { isFrom, matcherOf, nameOf, nameParts, namesOfRenaming, renamed } from './names.ts';
import { inOrderOfDependence } from './views.ts';

/** A collection to restore. */
export interface PlannedCollection {
  readonly collection: RestoreCollection;
  /** As the target gets it, with its name there. */
  readonly info: CollectionInfo;
  /** `database.collection` in the target. */
  readonly name: string;
}

export interface RestorePlan {
  /** Collections and time series. The largest come first, because the last ones should be short. */
  readonly collections: readonly PlannedCollection[];
  /** A view comes after what it is on. */
  readonly views: readonly PlannedCollection[];
  /** What the source or the restore leaves out of that which was chosen. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Decides what is restored, and under which names.
 * @throws AppError `RESTORE_NOTHING`, `RESTORE_NO_MATCH`, `RESTORE_NAMES_COLLIDE`, `RESTORE_NAME_RESERVED`.
 */
export function planRestore({
  source,
  target,
  include = [],
  exclude = [],
  rename = [],
  allowEmpty = false,
  oplog,
}: RestoreOptions): RestorePlan {
  const isIncluded = include.length === 0 ? () => true : matcherOf(include);
  const isExcluded = matcherOf(exclude);
  const isChosen = (collection: CollectionName): boolean => isIncluded(collection) && !isExcluded(collection);
  const planned = new Map<string, PlannedCollection>();
  // The paths of files are always told, because nobody knows to which collections they belong.
  const leftOut = source.leftOut.filter(({ name }) => name.includes('/') || isChosen(collectionNamed(name)));
  for (const collection of source.collections) {
    if (!isChosen(collection)) continue;
    if (isOplog(collection) && oplog !== undefined) continue;
    const reason = isOplog(collection) && target.keepsOplog ? undefined : whyNotRestored(collection);
    if (reason !== undefined) {
      leftOut.push({ name: nameOf(collection), reason });
      continue;
    }
    const info: CollectionInfo = { ...infoOf(collection), ...renamed(collection, rename) };
    if (nameOf(info) !== nameOf(collection) && isReserved(info)) throw reservedName(nameOf(collection), nameOf(info));
    const other = planned.get(nameOf(info));
    if (other !== undefined) throw collide(other, collection);
    planned.set(nameOf(info), { collection, info, name: nameOf(info) });
  }
  if (planned.size === 0 && !allowEmpty) throw nothing(source.description);
  const all = [...planned.values()];
  if (all.length > 0) {
    const chosen = [...all.map(({ collection }) => collection), ...leftOut.map(({ name }) => collectionNamed(name))];
    const unmatched = firstWithoutMatch(chosen, include, rename);
    if (unmatched !== undefined) throw noMatch(unmatched, source.description);
  }
  const views = all.filter(({ info }) => info.type === 'view');
  const collections = all
    .filter(({ info }) => info.type !== 'view')
    .sort((a, b) => b.collection.bytes - a.collection.bytes);
  return { collections, views: inOrderOfDependence(views), leftOut };
}

/** The option that concerns none of the chosen collections; undefined if each does. */
function firstWithoutMatch(
  chosen: readonly CollectionName[],
  include: readonly string[],
  rename: readonly Renaming[],
): string | undefined {
  const pattern = include.find((each) => !chosen.some(matcherOf([each])));
  if (pattern !== undefined) return `--include ${pattern}`;
  const renaming = rename.find(({ from }) => !chosen.some((collection) => isFrom(from, collection)));
  if (renaming === undefined) return undefined;
  const { from, to } = namesOfRenaming(renaming);
  return `--rename ${from}=${to}`;
}

/** A collection as a list of what was left out names it; `name` is empty for a whole database. */
function collectionNamed(text: string): CollectionName {
  const { database, name = '' } = nameParts(text);
  return { database, name };
}

/** Explains why nobody can restore a collection. */
function whyNotRestored({ database, name }: CollectionInfo): string | undefined {
  if (isOplog({ database, name }))
    return 'the oplog was not applied, so what was written while the dump was made is there in part';
  if (isDatabaseReserved(database)) return `MongoDB keeps the database ${database} for itself`;
  return isReserved({ database, name }) ? 'MongoDB keeps it for itself' : undefined;
}

function isReserved({ database, name }: CollectionName): boolean {
  return isDatabaseReserved(database) || (name.startsWith('system.') && name !== 'system.js');
}

function isDatabaseReserved(database: string): boolean {
  return database === 'local' || database === 'config';
}

function nothing(source: string): AppError {
  return new AppError({
    code: 'RESTORE_NOTHING',
    message: `nothing of ${source} would be restored`,
    hint: 'Check --include and --exclude: a pattern is a database, or database.collection, and * stands for any characters.',
  });
}

function noMatch(option: string, source: string): AppError {
  return new AppError({
    code: 'RESTORE_NO_MATCH',
    message: `${option} matches nothing of what would be restored of ${source}; nothing was restored`,
    hint: 'Correct the name, or leave that option out. --dry-run shows the collections.',
  });
}

function collide(a: PlannedCollection, b: RestoreCollection): AppError {
  return new AppError({
    code: 'RESTORE_NAMES_COLLIDE',
    message: `${nameOf(a.collection)} and ${nameOf(b)} would both be restored as ${a.name}`,
    hint: 'Give one of them another name with --rename, or leave one out with --exclude.',
  });
}
