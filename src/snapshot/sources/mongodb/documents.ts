import { Long, MongoNetworkError, type ClientSession, type Db, type Document } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import { parseCursorReply, type CursorReply } from './cursor-reply.ts';

/** More than fits: the server ends each batch at its own limit of bytes. */
const BATCH_DOCUMENTS = 1_000_000;

/**
 * All documents of a collection as BSON, a batch at a time, without parsing one: the next batch is on its way while this
 * one is used. The cursor is killed where the reader stops early.
 * @throws AppError `SOURCE_READ_FAILED`, transient where the driver says that trying again may help.
 */
export async function* readDocuments(
  db: Db,
  collection: string,
  session: ClientSession,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const run = (command: Document): Promise<CursorReply> => runCursorCommand(db, collection, session, command);
  signal.throwIfAborted();
  let openCursor = 0n;
  let pending: Promise<CursorReply> | undefined = run({ find: collection, batchSize: BATCH_DOCUMENTS });
  try {
    while (pending) {
      const reply: CursorReply = await pending;
      openCursor = reply.cursorId;
      signal.throwIfAborted();
      pending =
        reply.cursorId === 0n
          ? undefined
          : run({ getMore: Long.fromBigInt(reply.cursorId), collection, batchSize: BATCH_DOCUMENTS });
      // The rejection is met at the next turn; until then it must not count as unhandled.
      pending?.catch(() => undefined);
      if (reply.documents.length > 0) yield reply.documents;
    }
  } finally {
    if (openCursor !== 0n) {
      await pending?.catch(() => undefined);
      await db
        .command({ killCursors: collection, cursors: [Long.fromBigInt(openCursor)] }, { session })
        .catch(() => undefined);
    }
  }
}

async function runCursorCommand(
  db: Db,
  collection: string,
  session: ClientSession,
  command: Document,
): Promise<CursorReply> {
  try {
    const reply: Document = await db.command(command, { raw: true, session });
    const cursor: unknown = reply['cursor'];
    if (!(cursor instanceof Uint8Array)) throw new Error('the reply has no cursor');
    return parseCursorReply(cursor);
  } catch (cause) {
    throw new AppError({
      code: 'SOURCE_READ_FAILED',
      message: `reading ${db.databaseName}.${collection} failed: ${messageOf(cause)}`,
      hint: 'Take the snapshot again; if it fails again, look at the log of the MongoDB server.',
      transient: cause instanceof MongoNetworkError,
      cause,
    });
  }
}
