import { AppError } from '../../kernel/errors.ts';

const MAX_NAMED = 10;

/** @param names of the collections that hold documents. */
export function targetNotEmpty(target: string, names: readonly string[]): AppError {
  const rest = names.length - MAX_NAMED;
  return new AppError({
    code: 'RESTORE_TARGET_NOT_EMPTY',
    message:
      `${target} holds documents already in ${names.slice(0, MAX_NAMED).join(', ')}` +
      `${rest > 0 ? ` and ${rest} more` : ''}; nothing was restored`,
    hint: 'Say what to do: --drop drops these collections first, --if-exists merge adds what they lack, --if-exists skip leaves them as they are; or give the restored ones other names with --rename.',
  });
}

export function otherType(name: string, there: string, wanted: string): AppError {
  return new AppError({
    code: 'RESTORE_COLLECTION_DIFFERS',
    message: `${name} is a ${there} in the target, and a ${wanted} in the source; nothing was restored`,
    hint: 'Drop it first with --drop, or give the restored one another name with --rename.',
  });
}

export function cannotMerge(name: string): AppError {
  return new AppError({
    code: 'RESTORE_CANNOT_MERGE',
    message: `${name} cannot be merged, because its documents have no unique _id that would show a doubled one; nothing was restored`,
    hint: 'Drop it first with --drop, leave it as it is with --exclude, or give the restored one another name with --rename.',
  });
}

export function countDiffers(name: string, expected: number, found: number): AppError {
  return new AppError({
    code: 'RESTORE_COUNT_MISMATCH',
    message: `${name} holds ${found} documents in the source, and its manifest says ${expected}`,
    hint: 'Check the source: `longshore export verify` for an export, `longshore repository check` for a snapshot.',
  });
}

export function exportDamaged(key: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'EXPORT_DAMAGED',
    message: `${key} of the export is damaged: ${reason}`,
    hint: 'Check the export with `longshore export verify`, and restore another one, or a copy of this one that is whole.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @param place the folder of the bucket; empty for all of it. @param reason a clause. */
export function noExportIn(address: string, place: string, reason?: string): AppError {
  const below = place === '' ? '' : ` under ${place.replace(/\/$/, '')}`;
  return new AppError({
    code: 'NO_EXPORT_FOUND',
    message: `there is no export in ${address}${below}${reason === undefined ? '' : `, because ${reason}`}`,
    hint: 'Name the folder of one export, which holds a folder for each database; `longshore export list` shows where exports are.',
  });
}

/**
 * The candidates are addresses that can be given as they are.
 * @param place the folder of the bucket, with a slash at its end, which the address may name.
 * @param prefixes of all exports that are there.
 */
export function ambiguousSource(address: string, place: string, prefixes: readonly string[]): AppError {
  const folder = `/${place}`.slice(0, -1);
  const whole = address.replace(/\/+$/, '');
  const bucket = whole.endsWith(folder) ? whole.slice(0, whole.length - folder.length) : whole;
  const newest = prefixes
    .toSorted()
    .slice(-MAX_NAMED)
    .toReversed()
    .map((prefix) => `${bucket}/${prefix}`);
  return new AppError({
    code: 'RESTORE_SOURCE_AMBIGUOUS',
    message: `there are ${prefixes.length} exports in ${address}, and a restore has one source`,
    hint: `Name one of them: ${newest.join(', ')}${prefixes.length > MAX_NAMED ? ', ...' : ''}`,
  });
}

/** @param name of the collection in the target. */
export function reservedName(from: string, name: string): AppError {
  return new AppError({
    code: 'RESTORE_NAME_RESERVED',
    message: `${from} cannot be restored as ${name}, because MongoDB keeps that name for itself; nothing was restored`,
    hint: 'Give another name with --rename: one that is not in local or config, and does not begin with system.',
  });
}
