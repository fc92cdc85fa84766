import type { Document } from 'mongodb';
import { AppError } from '../../../../kernel/errors.ts';
import { serverCode } from '../../../sources/deployments.ts';
import { NAMESPACE_EXISTS, NAMESPACE_NOT_FOUND } from '../errors.ts';
import { WRITE_CONCERN } from '../insert.ts';
import type { Primary } from '../primary.ts';
import { refusedByServer } from './errors.ts';
import type { OplogCommand } from './entries.ts';

/**
 * What a dump may hold already: mongodump may have listed the collections after the command. A command that was sent twice finds the same.
 */
const DONE_ALREADY: Readonly<Record<string, number>> = {
  create: NAMESPACE_EXISTS,
  drop: NAMESPACE_NOT_FOUND,
  dropDatabase: NAMESPACE_NOT_FOUND,
  renameCollection: NAMESPACE_NOT_FOUND,
  collMod: NAMESPACE_NOT_FOUND,
  convertToCapped: NAMESPACE_NOT_FOUND,
  emptycapped: NAMESPACE_NOT_FOUND,
};

/** Fields of commands that only the deployment has, whose oplog it is. */
const NOT_PORTABLE = new Set(['idIndex', 'temp', 'autoIndexId', 'stayTemp', 'writeConcern']);

/** These are about the deployment, and not about its data. */
const WITHOUT_DATA = new Set(['dbCheck', 'commitTransaction', 'abortTransaction']);

/**
 * Runs a command of an oplog.
 * @returns 1 if there was nothing that it could change, and 0 if it changed something.
 * @throws AppError `RESTORE_OPLOG_REFUSED`, and those of `Primary.run`.
 */
export async function runOplogCommand(primary: Primary, entry: OplogCommand, signal: AbortSignal): Promise<0 | 1> {
  const { name, database } = entry;
  if (WITHOUT_DATA.has(name)) return 0;
  const sent = asSent(entry);
  try {
    await primary.run({
      database: sent.database,
      command: () => ({ ...sent.command, writeConcern: WRITE_CONCERN }),
      doing: `applying the command ${name} of the oplog in ${database}`,
      signal,
    });
    return 0;
  } catch (thrown) {
    const code = thrown instanceof AppError ? serverCode(thrown.cause) : undefined;
    if (code !== undefined && code === DONE_ALREADY[name]) return 1;
    throw refusedByServer(`the command ${name} in ${database}`, thrown);
  }
}

/** The command as a server takes it, and the database that it is sent to. */
function asSent({ name, database, command }: OplogCommand): { readonly database: string; readonly command: Document } {
  // Ordinary commands refuse the collections of the server, such as the buckets of a time series.
  if (String(command.get(name)).startsWith('system.')) {
    const operation = new Map<string, unknown>([
      ['op', 'c'],
      ['ns', `${database}.$cmd`],
      ['o', command],
    ]);
    return { database: 'admin', command: { applyOps: [operation] } };
  }
  const portable = [...command].filter(([key]) => !NOT_PORTABLE.has(key) && !(name === 'collMod' && key === 'index'));
  const fields: Document = Object.fromEntries(portable);
  if (name !== 'renameCollection') return { database, command: fields };
  // The collection that is replaced has another UUID here.
  const isReplaced = command.has('dropTarget') && command.get('dropTarget') !== false;
  return { database: 'admin', command: isReplaced ? { ...fields, dropTarget: true } : fields };
}
