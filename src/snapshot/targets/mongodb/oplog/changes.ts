import { AppError } from '../../../../kernel/errors.ts';
import { readCursor, serverCode } from '../../../sources/deployments.ts';
import { UNAUTHORIZED } from '../errors.ts';
import { WRITE_CONCERN } from '../insert.ts';
import type { Primary } from '../primary.ts';
import { isDocument, namesOf, type DocumentChange } from './entries.ts';
import { refusedByServer } from './errors.ts';

/**
 * Applies changes of documents in their order, with the server's command `applyOps`. Changes that were applied already may be applied
 * again, if those after them are, too.
 * @returns the number of changes that found nothing to change.
 * @throws AppError `RESTORE_OPLOG_REFUSED`, and those of `Primary.run`.
 */
export async function applyChanges(
  primary: Primary,
  changes: readonly DocumentChange[],
  signal: AbortSignal,
): Promise<number> {
  const [only] = changes;
  if (only === undefined) return 0;
  try {
    await primary.run({
      database: 'admin',
      command: () => ({ applyOps: changes.map(({ operation }) => operation), writeConcern: WRITE_CONCERN }),
      doing: `applying the oplog to ${only.namespace}`,
      signal,
    });
    return 0;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw refusedByServer(`a change of ${only.namespace}`, thrown);
    if (changes.length === 1) {
      if (await findsNothing(primary, only, signal)) return 1;
      throw refusedByServer(`a change of ${only.namespace}`, thrown);
    }
  }
  // The server does not say reliably which one it refused.
  const half = Math.ceil(changes.length / 2);
  const first = await applyChanges(primary, changes.slice(0, half), signal);
  return first + (await applyChanges(primary, changes.slice(half), signal));
}

/** Whether the server refused a change, and not the command. */
function isRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof AppError) || thrown.transient) return false;
  const code = serverCode(thrown.cause);
  return code !== undefined && code !== UNAUTHORIZED;
}

/** Whether the document of an update or a deletion, or the collection of an insertion, is not there. */
async function findsNothing(primary: Primary, change: DocumentChange, signal: AbortSignal): Promise<boolean> {
  const { namespace, operation } = change;
  const { database, name } = namesOf(namespace);
  const op = operation.get('op');
  const by = op === 'u' ? operation.get('o2') : operation.get('o');
  const id = isDocument(by) ? by.get('_id') : undefined;
  const command =
    op === 'i'
      ? { listCollections: 1, filter: { name }, nameOnly: true }
      : { find: name, filter: { _id: { $in: [id] } }, limit: 1, singleBatch: true };
  return await primary.try(`reading ${namespace}`, signal, async (server) => {
    for await (const { count } of readCursor(server, { database, command, signal })) if (count > 0) return false;
    return true;
  });
}
