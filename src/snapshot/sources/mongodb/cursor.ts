import { Long, type ClientSession, type Document } from 'mongodb';
import { releaseBytes } from '../../../kernel/release-bytes.ts';
import { cursorOf, type CursorReply } from './cursor-reply.ts';
import type { DeploymentServer } from './deployment.ts';

/** The first batch shows how big documents are. */
const FIRST_BATCH_DOCUMENTS = 1000;
/** What the others aim at: small enough for several to be in memory, big enough that the time between them does not count. */
const BATCH_BYTES = 8 * 1024 * 1024;

const KILL_TIMEOUT_MS = 2000;

/** A command that opens a cursor, and where it is sent. */
export interface CursorCommand {
  readonly database: string;
  readonly command: Document;
  readonly signal: AbortSignal;
}

/**
 * The replies to a command that opens a cursor, a batch at a time and without parsing a document; the next one is on its way while
 * this one is used. A reply is lent until the next one is asked for. All commands go to one server and in one session, and the cursor is closed where the reader stops early.
 * @throws whatever the driver throws.
 */
export async function* readCursor(
  server: DeploymentServer,
  { database, command, signal }: CursorCommand,
): AsyncGenerator<CursorReply, void, undefined> {
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
      // The rejection is met at the next turn; until then it must not count as unhandled.
      next.catch(() => undefined);
      return next;
    };
    let [bytes, documents] = [0, 0];
    let reply = await run(withBatchSize(command));
    if (reply.cursorId !== 0n) open = reply;
    for (;;) {
      const isFirst = documents === 0;
      bytes += reply.documents.length;
      documents += reply.count;
      signal.throwIfAborted();
      // The first one may be read long before it is used; nothing more is kept in memory until then.
      if (open !== undefined && !isFirst) pending = more(reply);
      yield reply;
      if (open === undefined) break;
      pending ??= more(reply);
      releaseBytes(reply.documents);
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

/** `find` takes its batch size as it is, other commands in their `cursor`. */
function withBatchSize(command: Document): Document {
  if ('find' in command) return { ...command, batchSize: FIRST_BATCH_DOCUMENTS };
  return { ...command, cursor: {} };
}

/** What `getMore` names: not always a collection of that name, such as `$cmd.listCollections`. */
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
  // A server that has gone has closed its cursors by that.
  const signal = AbortSignal.timeout(KILL_TIMEOUT_MS);
  await server.command(database, command, { session, signal }).catch(() => undefined);
}
