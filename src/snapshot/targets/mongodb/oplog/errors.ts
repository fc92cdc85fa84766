import { AppError, messageOf } from '../../../../kernel/errors.ts';
import { serverCode } from '../../../sources/deployments.ts';
import { UNAUTHORIZED } from '../errors.ts';

/** An operation of the oplog that the server does not take. A failure that may pass stays as it is. */
export function refusedByServer(what: string, thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || thrown.transient || thrown.cause === undefined) return thrown;
  const isForbidden = serverCode(thrown.cause) === UNAUTHORIZED;
  return new AppError({
    code: 'RESTORE_OPLOG_REFUSED',
    message: `the server refuses ${what}, which the oplog has: ${messageOf(thrown.cause)}`,
    hint: isForbidden
      ? 'Applying an oplog needs a role with anyAction on anyResource. Grant it and run the restore again: it continues.'
      : 'Look at the log of the MongoDB server. Without the oplog, the collections are restored as mongodump read them.',
    cause: thrown.cause,
  });
}

export function oplogUnsupported(target: string, reason: string): AppError {
  return new AppError({
    code: 'RESTORE_OPLOG_UNSUPPORTED',
    message: `${target} cannot apply an oplog: ${reason}; nothing was restored`,
    hint: 'Restore without the oplog, or into a replica set or a standalone server of MongoDB.',
  });
}
