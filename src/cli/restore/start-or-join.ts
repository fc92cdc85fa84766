import { isDeepStrictEqual } from 'node:util';
import { codeOf } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { AnyObject, jsonReader } from '../../kernel/json-reader.ts';
import type { Session } from '../command.ts';
import type { FoundCluster } from '../find.ts';
import type { Terminal } from '../terminal.ts';
import { readId } from '../documents.ts';
import { restoreJobsPath } from '../restore-job.ts';

/** What a request asks for, and its job shows in the same form. */
const CHOICES = [
  ...['ifExists', 'include', 'exclude', 'rename', 'dryRun'],
  ...['oplogReplay', 'oplogTs', 'oplogInc', 'pointInTimeUTCSeconds'],
];
const TARGET = ['targetClusterName', 'targetGroupId'];

/** What is needed of a session. The project is that of the cluster in whose list the job is. */
type RequestSession = Pick<Session, 'extensionPath' | 'groupId'> & {
  readonly client: Pick<Session['client'], 'request' | 'list'>;
};

const readDetails = jsonReader(AnyObject);

/**
 * Starts a restore job, or finds the unfinished one that a killed command has started with the same request.
 * @param cluster in whose list the job is.
 * @returns the id of the job.
 * @throws AppError, and `RefusedError`
 */
export async function startOrJoin(
  session: RequestSession,
  cluster: FoundCluster,
  body: JsonObject,
  terminal: Pick<Terminal, 'note'>,
): Promise<string> {
  const { client, extensionPath } = session;
  try {
    const { id } = await client.request(readId, 'POST', extensionPath(restoreJobsPath(cluster)), body);
    return id;
  } catch (thrown) {
    const running = codeOf(thrown) === 'RESTORE_TARGET_IN_USE' ? await findSame(session, cluster, body) : undefined;
    if (running === undefined) throw thrown;
    terminal.note(`The restore job ${running} does this already, so no other one is started.\n`);
    return running;
  }
}

async function findSame(
  { client, extensionPath, groupId }: RequestSession,
  cluster: FoundCluster,
  body: JsonObject,
): Promise<string | undefined> {
  const jobs = await client.list(readDetails, extensionPath(restoreJobsPath(cluster)));
  const same = jobs.find(
    (job) => job['deliveryType'] !== 'download' && job['finishedAt'] === undefined && isSame(job, body, groupId),
  );
  return same && readId(same).id;
}

/** Whether a job does what a request asks for. A request without a target means the cluster in whose list the job is. */
function isSame(job: JsonObject, body: JsonObject, groupId: string): boolean {
  const given = TARGET.filter((name) => body[name] !== undefined);
  if (![...CHOICES, ...given].every((name) => isDeepStrictEqual(job[name], body[name]))) return false;
  const [wanted, source] = [body['source'], job['source']];
  if (!isJsonObject(source)) return false;
  // The server chooses the snapshot that has the moment.
  if (!isJsonObject(wanted)) return source['snapshotId'] !== undefined;
  if (wanted['snapshotId'] !== undefined) return source['snapshotId'] === wanted['snapshotId'];
  if (source['address'] !== wanted['address']) return false;
  // A dump has no project, and is always taken as it is.
  if (source['exportBucketId'] === undefined) return true;
  const { groupId: ofProject = groupId, allowIncomplete = false } = wanted;
  return source['groupId'] === ofProject && source['allowIncomplete'] === allowIncomplete;
}
