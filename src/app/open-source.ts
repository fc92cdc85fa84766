import { isDeepStrictEqual } from 'node:util';
import { assertNotEmpty } from '../pipelines/capture/index.ts';
import { openDump, type OpenedRestoreSource } from '../pipelines/restore/index.ts';
import type { ClusterSource, OpenSource, OpenSourceOptions } from '../resources/clusters/index.ts';
import {
  openMongodbSource,
  openMongodumpArchive,
  openMongodumpSource,
  type SnapshotSource,
} from '../snapshot/sources/index.ts';
import type { Settings } from './config.ts';
import { permittedDump } from './dump-roots.ts';
import { isPermittedHost, requirePermittedHosts } from './mongodb-hosts.ts';

interface SourceSettings extends Pick<Settings, 'dumpRoot' | 'host' | 'mongodbHosts'> {
  /** A source that the operator chose, and that needs no permission; absent: there is none. */
  readonly template?: ClusterSource | undefined;
}

/** @param spool a directory in which archives are unpacked. */
export function createSourceOpener(settings: SourceSettings, spool: string): OpenSource {
  return async (source, options) => {
    const { allowEmpty } = options;
    const opened = await openAnySource(source, settings, spool, options);
    return allowEmpty ? opened : await notEmpty(opened);
  };
}

/** Opens an archive that was sent for a snapshot. */
export async function openUpload(
  file: string,
  spool: string,
  { allowEmpty }: { readonly allowEmpty: boolean },
): Promise<SnapshotSource> {
  const opened = await openMongodumpArchive(file, { spool, allowEmpty });
  return allowEmpty ? opened : await notEmpty(opened);
}

/** Opens dumps for restores, where the settings permit it. @param spool a directory in which archives are unpacked. */
export function createDumpOpener(
  settings: Pick<Settings, 'dumpRoot' | 'host'>,
  spool: string,
): (path: string) => Promise<OpenedRestoreSource> {
  return async (path) => await openDump(await permittedDump(path, settings), { spool: () => spool });
}

/** @throws AppError `SOURCE_EMPTY`, after closing the source. */
async function notEmpty(opened: SnapshotSource): Promise<SnapshotSource> {
  try {
    assertNotEmpty(opened);
    return opened;
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

async function openAnySource(
  source: ClusterSource,
  settings: SourceSettings,
  spool: string,
  { allowEmpty, earlier }: OpenSourceOptions,
): Promise<SnapshotSource> {
  const isTemplate = isDeepStrictEqual(source, settings.template);
  switch (source.kind) {
    case 'mongodb': {
      const { uri, ...options } = source;
      if (!isTemplate) requirePermittedHosts(uri, settings);
      return await openMongodbSource(uri, {
        ...options,
        earlier,
        isPermittedHost: (host) => isTemplate || isPermittedHost(host, settings),
      });
    }
    case 'mongodump': {
      const { directory, database } = source;
      const options = { allowEmpty, ...(database === undefined ? {} : { database }) };
      return await openMongodumpSource(isTemplate ? directory : await permittedDump(directory, settings), options);
    }
    case 'archive':
      return await openMongodumpArchive(await permittedDump(source.file, settings), { spool, allowEmpty });
    case 'upload':
      throw new Error('an archive that is sent with a snapshot is not the source of its cluster');
  }
}
