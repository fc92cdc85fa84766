import type { Command } from 'commander';
import { resolveSettings } from '../../app/config.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import {
  describeMoment,
  isCovered,
  restoreSourceOfSnapshot,
  type OpenedRestoreSource,
  type OplogReplay,
} from '../../pipelines/restore/index.ts';
import { openSnapshot } from '../../snapshot/repository/index.ts';
import { RefusedError } from '../client.ts';
import { flagsOf, openSession, type Session, type Surroundings } from '../command.ts';
import { readSnapshot } from '../documents.ts';
import { followUp } from '../follow-up.ts';
import { listBuckets, type FoundCluster } from '../find.ts';
import { addressInBucket } from './export-address.ts';
import { findServerSnapshot, findServerSource, isSnapshotThere, type FoundSnapshot } from './find-snapshot.ts';
import { SnapshotDownload } from './snapshot-download.ts';

/** A snapshot that is restored from a server. */
export interface WantedSnapshot {
  /** As in `findServerSnapshot`. */
  readonly name: string;
  /** The moment that the oplog of the snapshot must have, if only the cluster is named. */
  readonly upTo: OplogReplay['upTo'];
}

/**
 * Opens a snapshot of a server, which gives its blocks one by one.
 * @throws AppError of opening the session and of looking up, `NO_SUCH_THING`, `RESTORE_FAILED`, `RESTORE_MOMENT_NOT_COVERED`, and `RefusedError`.
 */
export async function openServerSnapshot(
  { name, upTo }: WantedSnapshot,
  command: Command,
  surroundings: Surroundings,
): Promise<OpenedRestoreSource> {
  const { session, cluster, snapshotId, exported } = await find({ name, upTo }, command, surroundings);
  if (snapshotId !== undefined) {
    const found = { cluster, snapshotId };
    if (exported !== undefined && !(await isSnapshotThere(session, found))) {
      throw await snapshotDeleted(session, { ...found, exported }, command, surroundings);
    }
    return await open(session, found, surroundings);
  }
  if (upTo === undefined) throw new Error('without a moment, one snapshot was found');
  return await openNewestWith(upTo, session, cluster, surroundings);
}

/** A server gives the blocks of snapshots, and the objects of an export are in its bucket, which a command opens with keys of its own. */
async function snapshotDeleted(
  session: Session,
  { cluster, snapshotId, exported }: Required<FoundSnapshot>,
  command: Command,
  { environment }: Surroundings,
): Promise<AppError> {
  const { id, exportBucketId, prefix } = exported;
  const bucket = (await listBuckets(session)).find(({ _id }) => _id === exportBucketId);
  const { dataDir } = resolveSettings(flagsOf(command), environment);
  const name = bucket?.bucketName ?? exportBucketId;
  const address = bucket === undefined ? undefined : addressInBucket(bucket, prefix, dataDir);
  return new AppError({
    code: 'NO_SUCH_THING',
    message: `the snapshot ${snapshotId} of the export ${id} was deleted; the export is in the bucket ${name} below ${prefix}`,
    hint:
      (address === undefined ? '' : `Restore it from there, with the same options and this source: \`${address}\`. `) +
      `The server restores it to a registered cluster: \`${followUp(session, 'restore', `${cluster.name}/${id}`, 'TARGET')}\`.`,
  });
}

/** The error says that no file has this name, too, because the text may be a mistyped path. */
async function find({ name, upTo }: WantedSnapshot, command: Command, surroundings: Surroundings) {
  try {
    const session = await openSession(command, surroundings);
    const found = await (upTo === undefined ? findServerSnapshot : findServerSource)(session, name);
    return { session, ...found };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown instanceof RefusedError) throw thrown;
    throw new AppError({
      code: thrown.code,
      message: `${name} is no file or directory here, so it is looked for on a server: ${messageOf(thrown)}`,
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
      transient: thrown.transient,
      cause: thrown,
    });
  }
}

/** Opens the newest snapshot whose oplog has a moment, as the server chooses it for a restore job. */
async function openNewestWith(
  moment: NonNullable<OplogReplay['upTo']>,
  session: Session,
  cluster: FoundCluster,
  surroundings: Surroundings,
): Promise<OpenedRestoreSource> {
  const { client, extensionPath } = session;
  for (const { id, status, consistency } of await client.list(
    readSnapshot,
    extensionPath(`${cluster.backup}/snapshots`),
  )) {
    // A running deployment is read at one moment, or each collection at its own, and only a dump has an oplog.
    if (status !== 'completed' || (consistency !== undefined && consistency.level !== 'none')) continue;
    const opened = await open(session, { cluster, snapshotId: id }, surroundings);
    let isChosen = false;
    try {
      isChosen = isCovered(moment, await opened.source.oplog?.window(surroundings.signal));
      if (isChosen) return opened;
    } finally {
      if (!isChosen) await opened.close();
    }
  }
  throw new AppError({
    code: 'RESTORE_MOMENT_NOT_COVERED',
    message: `no snapshot of ${cluster.name} has an oplog with ${describeMoment(moment)}`,
    hint: 'Give another moment. With --point-in-time and one snapshot (CLUSTER/ID), the error says what its oplog has; only snapshots of dumps by `mongodump --oplog` have one.',
  });
}

async function open(session: Session, found: FoundSnapshot, surroundings: Surroundings): Promise<OpenedRestoreSource> {
  const { cluster, snapshotId } = found;
  const download = new SnapshotDownload(session, found, surroundings);
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
