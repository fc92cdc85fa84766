import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { resolveSettings } from '../../app/config.ts';
import { statOf } from '../../app/read-file.ts';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { RestoreSource } from '../../pipelines/restore/index.ts';
import { parseAddress } from '../bucket-address.ts';
import { flagsOf, type Surroundings } from '../command.ts';

const MAX_NAMED = 10;

/**
 * Opens what is restored: the snapshot of an id in the repository of the data directory, or the export at an address. Neither needs a
 * server.
 * @throws AppError `NO_EXPORT_FOUND`, `RESTORE_SOURCE_AMBIGUOUS`, `NO_REPOSITORY_FOUND`, and those of the source.
 */
export async function openRestoreSource(
  text: string,
  options: { readonly allowIncomplete: boolean },
  command: Command,
  surroundings: Surroundings,
): Promise<RestoreSource> {
  // A directory may be called like an id.
  if (isId(text) && statOf(resolve(text)) === undefined) return await openSnapshotSource(text, command, surroundings);
  return await openExport(text, options, command, surroundings);
}

async function openSnapshotSource(id: string, command: Command, surroundings: Surroundings): Promise<RestoreSource> {
  const { clock, signal, environment } = surroundings;
  const { dataDir } = resolveSettings(flagsOf(command), environment);
  const directory = join(dataDir, 'repository');
  if (statOf(directory) === undefined) {
    throw new AppError({
      code: 'NO_REPOSITORY_FOUND',
      message: `the data directory ${dataDir} holds no snapshot repository`,
      hint: 'Name the data directory of the server with --data-dir, or restore an export.',
    });
  }
  const { openObjectStore } = await import('../../object-store/all.ts');
  const { createSnapshotRepository } = await import('../../snapshot/repository/index.ts');
  const { restoreSourceOfSnapshot } = await import('../../pipelines/restore/index.ts');
  const repository = createSnapshotRepository(await openObjectStore({ kind: 'local', directory }, { clock }));
  return restoreSourceOfSnapshot(await repository.openSnapshot(id, { signal }));
}

async function openExport(
  address: string,
  { allowIncomplete }: { readonly allowIncomplete: boolean },
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
    hint: 'Name the folder of one export, or a bucket that holds one; `longshore export list` shows where exports are.',
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
