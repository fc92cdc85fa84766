import type { Command } from 'commander';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { restoreSourceOfSnapshot } from '../../pipelines/restore/index.ts';
import { openSnapshot } from '../../snapshot/repository/index.ts';
import { openSession, type Session, type Surroundings } from '../command.ts';
import { findServerSnapshot } from './find-snapshot.ts';
import type { OpenedSource } from './opened-source.ts';
import { SnapshotDownload } from './snapshot-download.ts';

/**
 * Opens a snapshot of a server, which gives its blocks one by one.
 * @param wanted as in `findServerSnapshot`.
 * @throws AppError of opening the session and of looking up, `RESTORE_FAILED`, and `RefusedError`.
 */
export async function openServerSnapshot(
  wanted: string,
  command: Command,
  surroundings: Surroundings,
): Promise<OpenedSource> {
  const session = await openSessionFor(wanted, command, surroundings);
  const { cluster, snapshotId } = await findServerSnapshot(session, wanted);
  const download = new SnapshotDownload(session, { cluster, snapshotId }, surroundings);
  const close = (): Promise<void> => download.close();
  try {
    const { signal } = surroundings;
    const source = restoreSourceOfSnapshot(await openSnapshot(download, snapshotId, { signal }));
    return { source: { ...source, description: `snapshot ${snapshotId} of ${cluster.name}` }, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** The error says that no file has this name, too, because the text may be a mistyped path. */
async function openSessionFor(wanted: string, command: Command, surroundings: Surroundings): Promise<Session> {
  try {
    return await openSession(command, surroundings);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError({
      code: thrown.code,
      message: `${wanted} is no file or directory here, so it is looked for on a server: ${messageOf(thrown)}`,
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
      transient: thrown.transient,
      cause: thrown,
    });
  }
}
