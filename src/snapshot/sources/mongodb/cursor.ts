import { Long, type ClientSession, type Document } from 'mongodb';
import { releaseBytes } from '../../../kernel/release-bytes.ts';
import { cursorOf, unwrapBatch, type Batch, type CursorReply } from './cursor-reply.ts';
import type { DeploymentServer } from './deployment.ts';

/** The size of the first batch. The later batches are sized by the documents in it. */
const FIRST_BATCH_DOCUMENTS = 1000;
/**
 * The size of a later batch. It is small, because several batches are in memory at once, and large enough that the time between two
 * batches does not matter.
 */
const BATCH_BYTES = 8 * 1024 * 1024;

const KILL_TIMEOUT_MS = 2000;

/** A command that opens a cursor, and where it is sent. */
export interface CursorCommand {
  readonly database: string;
  readonly command: Document;
  readonly signal: AbortSignal;
}

/**
 * Yields the batches of a command that opens a cursor, each with the other fields of its reply. No document is parsed. From the second reply
 * on, the next reply is requested before the present one is taken apart, because the server and the network work meanwhile. The caller may
 * use a batch only until it asks for the next one, because the memory of the reply is released then. All commands go to one server and in
 * one session. The cursor is closed if the caller stops early.
 * @throws what the driver throws.
 */
export async function* readCursor(
  server: DeploymentServer,
  { database, command, signal }: CursorCommand,
): AsyncGenerator<CursorReply & Batch, void, undefined> {
  signal.throwIfAborted();
  const session = server.startSession();
  const run = async (each: Document): Promise<CursorReply> =>
    cursorOf(await server.command(database, each, { raw: true, session, signal }));
  let open: CursorReply | undefined;
  let pending: Promise<CursorReply> | undefined;
  try {
    const more = (reply: CursorReply): Promise<CursorReply> => {
      const batchSize = Math.max(1, Math.ceil((BATCH_BYTES * Math.max(documents, 1)) / Math.max(bytes, 1)));
      const next = run({ getMore: Long.fromBigInt(reply.cursorId), collection: collectionOf(reply), batchSize });
      // The next turn of the loop awaits the rejection. Without a handler, Node.js would end the process before that.
      next.catch(() => undefined);
      return next;
    };
    let [bytes, documents] = [0, 0];
    let reply = await run(withBatchSize(command));
    if (reply.cursorId !== 0n) open = reply;
    for (;;) {
      signal.throwIfAborted();
      // The second reply is not requested ahead, because the caller may use the first reply long after it came.
      if (open !== undefined && documents > 0) pending = more(reply);
      const batch = unwrapBatch(reply);
      bytes += batch.documents.length;
      documents += batch.count;
      yield { ...reply, ...batch };
      if (open === undefined) break;
      pending ??= more(reply);
      releaseBytes(batch.documents);
      reply = await pending;
      pending = undefined;
      if (reply.cursorId === 0n) open = undefined;
    }
  } finally {
    await pending?.catch(() => undefined);
    if (open !== undefined) await killCursor(server, database, open, session);
    await session?.endSession().catch(() => undefined);
  }
}

/** `find` has a field `batchSize`. The other commands have a `cursor`, and an empty one leaves the size to the server. */
function withBatchSize(command: Document): Document {
  if ('find' in command) return { ...command, batchSize: FIRST_BATCH_DOCUMENTS };
  return { ...command, cursor: {} };
}

/** Returns the name for `getMore`. It need not be a collection: the cursor of `listCollections` has `$cmd.listCollections`. */
function collectionOf({ namespace }: CursorReply): string {
  return namespace.slice(namespace.indexOf('.') + 1);
}

async function killCursor(
  server: DeploymentServer,
  database: string,
  cursor: CursorReply,
  session: ClientSession | undefined,
): Promise<void> {
  const command = { killCursors: collectionOf(cursor), cursors: [Long.fromBigInt(cursor.cursorId)] };
  // Errors are ignored, because a server that ended has no cursors, and others close an idle cursor themselves.
  const signal = AbortSignal.timeout(KILL_TIMEOUT_MS);
  await server.command(database, command, { session, signal }).catch(() => undefined);
}
