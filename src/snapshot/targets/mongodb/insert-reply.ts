import type { Document } from 'mongodb';
import { Type } from 'typebox';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import { jsonReader } from '../../../kernel/json-reader.ts';
import { DUPLICATE_KEY, isTransientWriteCode } from './errors.ts';

/** The fields of the reply to `insert` that matter here. https://www.mongodb.com/docs/manual/reference/command/insert/#output */
const readReply = jsonReader(
  Type.Object({
    writeErrors: Type.Optional(
      Type.Array(
        Type.Object({
          index: Type.Integer({ minimum: 0 }),
          code: Type.Integer(),
          errmsg: Type.Optional(Type.String()),
          keyPattern: Type.Optional(Type.Object({})),
        }),
      ),
    ),
    writeConcernError: Type.Optional(Type.Object({ code: Type.Integer(), errmsg: Type.Optional(Type.String()) })),
  }),
);

/** A document that a server did not take. */
export interface WriteError {
  /** Its number in the batch. */
  readonly index: number;
  readonly reason: string;
  /** Whether a document with the same `_id` is there. */
  readonly isDuplicateId: boolean;
}

/**
 * Parses the reply to `insert`.
 * @throws AppError `RESTORE_WRITE_NOT_CONFIRMED`, transient if the server could not confirm the write for a reason that passes;
 * `INVALID_SERVER_REPLY`.
 */
export function parseInsertReply(reply: Document): readonly WriteError[] {
  const { writeErrors = [], writeConcernError } = read(reply);
  const passing = writeErrors.find(({ code }) => isTransientWriteCode(code));
  const unconfirmed = writeConcernError ?? passing;
  if (unconfirmed !== undefined) {
    throw new AppError({
      code: 'RESTORE_WRITE_NOT_CONFIRMED',
      message: `the server did not confirm a write: ${unconfirmed.errmsg ?? `error ${unconfirmed.code}`}`,
      hint: 'Look at the state of the replica set: a majority of its members must answer.',
      transient: isTransientWriteCode(unconfirmed.code) || SHUTTING_DOWN.has(unconfirmed.code),
    });
  }
  return writeErrors.map(({ index, code, errmsg = `error ${code}`, keyPattern }) => ({
    index,
    reason: errmsg,
    // FerretDB and old servers name no key. Other unique indexes are created after the documents, or exist in a target that is merged.
    isDuplicateId: code === DUPLICATE_KEY && (keyPattern === undefined || Object.keys(keyPattern).join() === '_id'),
  }));
}

/** ShutdownInProgress, PrimarySteppedDown, InterruptedAtShutdown, InterruptedDueToReplStateChange. */
const SHUTTING_DOWN = new Set([91, 189, 11_600, 11_602]);

function read(reply: Document): ReturnType<typeof readReply> {
  try {
    return readReply(reply);
  } catch (cause) {
    throw new AppError({
      code: 'INVALID_SERVER_REPLY',
      message: `the server sent a malformed reply to an insert: ${messageOf(cause)}`,
      cause,
    });
  }
}
