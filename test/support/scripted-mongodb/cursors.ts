import type { ScriptedCollection } from './data.ts';
import type { Doc } from './wire-messages.ts';

/** A cursor as one server keeps it. */
export interface Cursor {
  readonly id: bigint;
  readonly database: string;
  readonly name: string;
  readonly collection: ScriptedCollection;
  readonly documents: Iterator<Uint8Array, unknown>;
  /** The document after the last batch. It is read ahead, because the last batch must say that the cursor has ended. */
  next: Uint8Array | undefined;
  /** The cluster time of a snapshot read; undefined for other reads. */
  readonly atClusterTime: bigint | undefined;
  /** The result of `sessionOf`. Only the same session may read the cursor. */
  readonly session: string;
  /** Whether the cursor is closed after its first batch. */
  readonly isSingleBatch: boolean;
}

let lastId = 7_000_000_000_000_000_000n;

export function openCursor(cursor: Omit<Cursor, 'id' | 'next'>): Cursor {
  return { ...cursor, id: ++lastId, next: nextOf(cursor.documents) };
}

/** Takes the next documents of a cursor. The cursor has ended if its `next` is undefined afterwards. */
export function takeBatch(
  cursor: Cursor,
  limits: { readonly documents: number; readonly bytes: number },
): Uint8Array[] {
  const batch: Uint8Array[] = [];
  for (let bytes = 0; cursor.next !== undefined && batch.length < limits.documents && bytes < limits.bytes;) {
    batch.push(cursor.next);
    bytes += cursor.next.length;
    cursor.next = nextOf(cursor.documents);
  }
  return batch;
}

function nextOf(documents: Iterator<Uint8Array, unknown>): Uint8Array | undefined {
  const { done, value } = documents.next();
  return done === true ? undefined : value;
}

/** Returns the session of a command as JSON, or an empty text if the command has no session. */
export function sessionOf(command: Doc): string {
  const { lsid } = command;
  return lsid === undefined ? '' : JSON.stringify(lsid);
}
