import { resolve } from 'node:path';
import type { Command } from 'commander';
import { statOf } from '../../app/read-file.ts';
import type { OpenedRestoreSource, OplogReplay, RestoreSource } from '../../pipelines/restore/index.ts';
import { parseAddress } from '../bucket-address.ts';
import type { Surroundings } from '../command.ts';
import type { TemporaryDirectory } from '../temporary-directory.ts';
import { isServerName } from './find-snapshot.ts';
import { StoredSnapshots } from './stored-snapshots.ts';

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
): Promise<OpenedRestoreSource> {
  const path = resolve(text);
  const found = statOf(path);
  if (found?.isFile() === true || (found?.isDirectory() === true && (await holdsDump(path)))) {
    return await openLocalDump(path);
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

/** An archive is unpacked in the directory for temporary files. */
async function openLocalDump(path: string): Promise<OpenedRestoreSource> {
  const { openDump } = await import('../../pipelines/restore/index.ts');
  const { makeTemporaryDirectory } = await import('../temporary-directory.ts');
  let temporary: TemporaryDirectory | undefined;
  const spool = (): string => (temporary = makeTemporaryDirectory('restore')).path;
  try {
    const { source, close } = await openDump(path, { spool });
    return { source, close: () => close().finally(() => temporary?.remove()) };
  } catch (thrown) {
    temporary?.remove();
    throw thrown;
  }
}

async function holdsDump(path: string): Promise<boolean> {
  return await (await import('../../snapshot/sources/index.ts')).holdsDump(path);
}

function withoutClose(source: RestoreSource): OpenedRestoreSource {
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
  const { noExportIn, openExportAt } = await import('../../pipelines/restore/index.ts');
  const { openObjectStore } = await import('../../object-store/all.ts');
  const { config, prefix: place } = parseAddress(address, EXPORTS_FOLDER, command, surroundings);
  if (config.kind === 'local' && statOf(config.directory) === undefined) {
    throw noExportIn(address, '', `there is no directory ${config.directory}`);
  }
  const store = await openObjectStore(config, { clock });
  return await openExportAt({ store, place, address, allowIncomplete, signal });
}
