import { resolve } from 'node:path';
import type { Command } from 'commander';
import { statOf } from '../../app/read-file.ts';
import { AppError } from '../../kernel/errors.ts';
import type { OplogReplay, RestoreSource } from '../../pipelines/restore/index.ts';
import { parseAddress } from '../bucket-address.ts';
import type { Surroundings } from '../command.ts';
import { isServerName } from './find-snapshot.ts';
import type { OpenedSource } from './opened-source.ts';
import { StoredSnapshots } from './stored-snapshots.ts';

const MAX_NAMED = 10;

interface SourceOptions {
  readonly allowIncomplete: boolean;
  /** The moment to restore, by which a snapshot is chosen. */
  readonly upTo: OplogReplay['upTo'];
}

/**
 * Opens what is restored: a dump or an export at a path or an address; a snapshot in the repository of the data directory, which needs no
 * server; or a snapshot of a server.
 * @throws AppError `NO_EXPORT_FOUND`, `RESTORE_SOURCE_AMBIGUOUS`, and those of the source.
 */
export async function openRestoreSource(
  text: string,
  options: SourceOptions,
  command: Command,
  surroundings: Surroundings,
): Promise<OpenedSource> {
  const path = resolve(text);
  const found = statOf(path);
  if (found?.isFile() === true || (found?.isDirectory() === true && (await holdsDump(path)))) {
    return await (await import('./dump-source.ts')).openDump(path, { isArchive: found.isFile() });
  }
  // A directory may be called like a cluster or an id.
  if (found !== undefined || !isServerName(text)) {
    return withoutClose(await openExport(text, options, command, surroundings));
  }
  const stored = await StoredSnapshots.open(command, surroundings);
  const source = await stored?.find(text);
  if (source !== undefined) return withoutClose(source);
  const { openServerSnapshot } = await import('./server-snapshot.ts');
  try {
    return await openServerSnapshot({ name: text, upTo: options.upTo }, command, surroundings);
  } catch (thrown) {
    throw (await stored?.offeredFor(text, thrown)) ?? thrown;
  }
}

async function holdsDump(path: string): Promise<boolean> {
  return await (await import('../../snapshot/sources/index.ts')).holdsDump(path);
}

function withoutClose(source: RestoreSource): OpenedSource {
  return { source, close: () => Promise.resolve() };
}

async function openExport(
  address: string,
  { allowIncomplete }: SourceOptions,
  command: Command,
  surroundings: Surroundings,
): Promise<RestoreSource> {
  const { clock, signal } = surroundings;
  const { EXPORTS_FOLDER } = await import('../../pipelines/export/index.ts');
  const { findExports } = await import('../../pipelines/verify/index.ts');
  const { openExportSource } = await import('../../pipelines/restore/index.ts');
  const { openObjectStore } = await import('../../object-store/all.ts');
  const { config, prefix } = parseAddress(address, EXPORTS_FOLDER, command, surroundings);
  const nothing = new AppError({
    code: 'NO_EXPORT_FOUND',
    message: `there is no export in ${address}`,
    hint: 'Name the folder of one export, a bucket that holds one, or a dump; `longshore export list` shows where exports are.',
  });
  if (config.kind === 'local' && statOf(config.directory) === undefined) throw nothing;
  const store = await openObjectStore(config, { clock });
  let prefixes = await findExports(store, prefix);
  // No bucket of exports: perhaps a copy of one, with its dot-files or without them.
  if (prefixes.length === 0 && prefix === `${EXPORTS_FOLDER}/`) {
    prefixes = await findExports(store, '');
    if (prefixes.length === 0) prefixes = [''];
  }
  if (prefixes.length === 0) prefixes = [prefix.slice(0, -1)];
  const [only = '', ...others] = prefixes;
  if (others.length > 0) throw ambiguous(address, prefixes);
  return await openExportSource({ store, prefix: only, address, allowIncomplete, signal });
}

function ambiguous(address: string, prefixes: readonly string[]): AppError {
  const newest = prefixes.toSorted().slice(-MAX_NAMED).toReversed();
  return new AppError({
    code: 'RESTORE_SOURCE_AMBIGUOUS',
    message: `there are ${prefixes.length} exports in ${address}, and a restore has one source`,
    hint: `Name one of them: ${newest.join(', ')}${prefixes.length > MAX_NAMED ? ', …' : ''}`,
  });
}
