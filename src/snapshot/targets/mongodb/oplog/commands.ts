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

/**
 * Runs a command of an oplog.
 * @returns 1 if there was nothing that it could change, and 0 if it changed something.
 * @throws AppError `RESTORE_OPLOG_REFUSED`, and those of `Primary.run`.
 */
export async function runOplogCommand(primary: Primary, entry: OplogCommand, signal: AbortSignal): Promise<0 | 1> {
  const { name, database } = entry;
  const command = asCommand(entry);
  // These are about the deployment, and not about its data.
  if (command === undefined) return 0;
  try {
    await primary.run({
      database: isOfDeployment(entry) ? 'admin' : database,
      command: () => ({ ...command, writeConcern: WRITE_CONCERN }),
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

const WITHOUT_DATA = new Set(['dbCheck', 'commitTransaction', 'abortTransaction']);

function asCommand({ name, database, command }: OplogCommand): Document | undefined {
  if (WITHOUT_DATA.has(name)) return undefined;
  // Ordinary commands refuse the collections of the server, such as the buckets of a time series.
  if (String(command.get(name)).startsWith('system.')) {
    return {
      applyOps: [
        new Map<string, unknown>([
          ['op', 'c'],
          ['ns', `${database}.$cmd`],
          ['o', command],
        ]),
      ],
    };
  }
  const fields = [...command].filter(([key]) => !NOT_PORTABLE.has(key) && !(name === 'collMod' && key === 'index'));
  // The collection that is replaced has another UUID here.
  if (name === 'renameCollection' && command.has('dropTarget') && command.get('dropTarget') !== false) {
    return { ...Object.fromEntries(fields), dropTarget: true };
  }
  return Object.fromEntries(fields);
}

function isOfDeployment({ name, command }: OplogCommand): boolean {
  return name === 'renameCollection' || String(command.get(name)).startsWith('system.');
}
