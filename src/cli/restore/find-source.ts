import { isAbsolute, resolve } from 'node:path';
import { statOf } from '../../app/read-file.ts';
import { codeOf } from '../../kernel/errors.ts';
import type { Session } from '../command.ts';
import type { FoundCluster } from '../find.ts';
import {
  findServerSnapshot,
  findServerSource,
  isServerName,
  isSnapshotThere,
  type FoundSnapshot,
} from './find-snapshot.ts';

/** What a server restores to a registered cluster. */
export type ServerSource =
  /** Undefined: the server chooses the snapshot of the cluster that has the moment. */
  | { readonly cluster: FoundCluster; readonly snapshotId: string | undefined }
  /** A place that the server finds: in a registered bucket, or in its file system. */
  | { readonly address: string };

const SCHEME = /^(s3|az|gs):\/\//i;
/** `./shop`, `..` */
const RELATIVE = /^\.{1,2}([/\\]|$)/;

/**
 * Finds what a text means as the source of a restore that a server makes: the address of a bucket, a path, a snapshot or an export of the server,
 * or a bucket's name with a folder. A name of the server comes before a path, so that a path of the same name is written `./name`.
 * @param options.isMoment whether the server chooses the snapshot of `CLUSTER`.
 * @throws AppError of looking up.
 */
export async function findSource(
  session: Session,
  wanted: string,
  { isMoment }: { readonly isMoment: boolean },
): Promise<ServerSource> {
  if (SCHEME.test(wanted)) return { address: wanted };
  const path = resolve(wanted);
  if (isAbsolute(wanted) || RELATIVE.test(wanted)) return { address: path };
  const isThere = statOf(path) !== undefined;
  if (!isServerName(wanted)) return { address: isThere ? path : wanted };
  try {
    if (isMoment) return await findServerSource(session, wanted);
    return await snapshotOrExport(session, await findServerSnapshot(session, wanted));
  } catch (thrown) {
    if (isThere && codeOf(thrown) === 'NO_SUCH_THING') return { address: path };
    throw thrown;
  }
}

/** An export stands for its snapshot, and for itself when the snapshot is gone. */
async function snapshotOrExport(session: Session, found: FoundSnapshot): Promise<ServerSource> {
  const { cluster, snapshotId, exported } = found;
  if (exported === undefined || (await isSnapshotThere(session, found))) return { cluster, snapshotId };
  return { address: `${exported.exportBucketId}/${exported.prefix}` };
}
