import type { ObjectStore } from '../../object-store/contract.ts';
import { EXPORTS_FOLDER } from '../export/index.ts';
import { findExports } from '../verify/index.ts';
import type { RestoreSource } from './contract.ts';
import { ambiguousSource, noExportIn } from './errors.ts';
import { openExportSource, type ExportSourceOptions } from './export-source.ts';

export interface ExportPlaceOptions extends Omit<ExportSourceOptions, 'prefix'> {
  /** A folder of the store that is an export or holds one, with a slash at its end; empty for the whole store. */
  readonly place: string;
  /** Whether the reader may know of the export with a prefix; absent: of all. */
  readonly mayRead?: (prefix: string) => Promise<boolean>;
}

/** Opens the only export at a place. @throws AppError `RESTORE_SOURCE_AMBIGUOUS`, and those of `openExportSource`. */
export async function openExportAt({ place, mayRead, ...options }: ExportPlaceOptions): Promise<RestoreSource> {
  const { store, address } = options;
  let prefixes = await prefixesBelow(store, place);
  // No bucket of exports: perhaps a copy of one, with its dot-files or without them.
  if (prefixes.length === 0 && place === `${EXPORTS_FOLDER}/`) {
    prefixes = await prefixesBelow(store, '');
    if (prefixes.length === 0) prefixes = [''];
  }
  if (prefixes.length === 0) prefixes = [place.slice(0, -1)];
  const readable: string[] = [];
  for (const prefix of prefixes) if ((await mayRead?.(prefix)) !== false) readable.push(prefix);
  const [only, ...others] = readable;
  if (only === undefined) throw noExportIn(address, place);
  if (others.length > 0) throw ambiguousSource(address, place, readable);
  return await openExportSource({ ...options, prefix: only });
}

async function prefixesBelow(store: ObjectStore, place: string): Promise<readonly string[]> {
  return (await findExports(store, place)).map(({ prefix }) => prefix);
}
