import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { Session } from '../command.ts';
import { readCluster, readExportJob, readSnapshot, type ExportJob } from '../documents.ts';
import { backupPath, findCluster, findExport, findSnapshot, type FoundCluster } from '../find.ts';

/** A snapshot that the server restores, and its cluster. */
export interface FoundSnapshot {
  readonly cluster: FoundCluster;
  readonly snapshotId: string;
  /** The export that was named. It may be there longer than its snapshot. Absent: the snapshot itself was named. */
  readonly exported?: Pick<ExportJob, 'id' | 'exportBucketId' | 'prefix'>;
}

/** How a snapshot of a server is named: `CLUSTER`, `CLUSTER/ID` or `ID`, where ID may be a beginning or `latest`. */
const SERVER_NAME = /^[a-z0-9][a-z0-9-]*(\/(latest|[0-9a-f]{1,24}))?$/i;

/** Whether a text may name a snapshot of a server. Everything else is the place of an export or of a dump. */
export function isServerName(text: string): boolean {
  return SERVER_NAME.test(text);
}

/** The same as `findServerSnapshot`, but for `CLUSTER` the server chooses the snapshot. */
export async function findServerSource(
  session: Session,
  wanted: string,
): Promise<Omit<FoundSnapshot, 'snapshotId'> & { readonly snapshotId: string | undefined }> {
  const isNamed: boolean = wanted.includes('/') || isId(wanted);
  if (isNamed) return await findServerSnapshot(session, wanted);
  return { cluster: await findCluster(session, wanted), snapshotId: undefined };
}

/**
 * Finds what a server restores: `CLUSTER` is its newest completed snapshot, `CLUSTER/ID` one of its snapshots or exports, and `ID` one of any
 * cluster. An export stands for its snapshot.
 * @throws AppError of looking up.
 */
export async function findServerSnapshot(session: Session, wanted: string): Promise<FoundSnapshot> {
  const isWhole: boolean = isId(wanted);
  if (isWhole) return await findInProject(session, wanted);
  const slash = wanted.indexOf('/');
  const cluster = await findCluster(session, slash < 0 ? wanted : wanted.slice(0, slash));
  const name = slash < 0 ? 'latest' : wanted.slice(slash + 1);
  try {
    const { id } = await findSnapshot(session, cluster, name, 'completed');
    return { cluster, snapshotId: id };
  } catch (thrown) {
    if (name === 'latest' || !(thrown instanceof AppError && thrown.code === 'NO_SUCH_THING')) throw thrown;
    const job = await findExport(session, cluster, name).catch(() => undefined);
    if (job === undefined) throw thrown;
    return { cluster, snapshotId: job.snapshotId, exported: job };
  }
}

/** Whether the snapshot is there: an export may outlive its own. */
export async function isSnapshotThere(
  { client, extensionPath }: Session,
  { cluster, snapshotId }: FoundSnapshot,
): Promise<boolean> {
  const snapshots = await client.list(readSnapshot, extensionPath(`${cluster.backup}/snapshots`));
  return snapshots.some(({ id }) => id === snapshotId);
}

async function findInProject({ client, path, extensionPath }: Session, id: string): Promise<FoundSnapshot> {
  for (const { id: clusterId, name } of await client.list(readCluster, path('/clusters'))) {
    const backup = backupPath(name);
    const cluster = { id: clusterId, name, backup };
    const snapshots = await client.list(readSnapshot, extensionPath(`${backup}/snapshots`));
    if (snapshots.some((each) => each.id === id)) return { cluster, snapshotId: id };
    const exports = await client.list(readExportJob, extensionPath(`${backup}/exports`));
    const job = exports.find((each) => each.id === id);
    if (job !== undefined) return { cluster, snapshotId: job.snapshotId, exported: job };
  }
  throw new AppError({
    code: 'NO_SUCH_THING',
    message: `no cluster of the project has a snapshot or an export with the id ${id}`,
    hint: 'Look at `longshore snapshot list CLUSTER`, and check the project (--group-id).',
  });
}
