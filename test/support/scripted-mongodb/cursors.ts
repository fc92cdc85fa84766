import type { ScriptedCollection } from './data.ts';
import type { Doc } from './wire-messages.ts';

/** A cursor as one server keeps it. */
export interface Cursor {
  readonly id: bigint;
  readonly database: string;
  readonly name: string;
  readonly collection: ScriptedCollection;
  readonly documents: Iterator<Uint8Array, unknown>;
  /** One document ahead, so that the end is seen in time. */
  next: Uint8Array | undefined;
  /** Of a snapshot read. */
  readonly atClusterTime: bigint | undefined;
  /** Hexadecimal; a cursor may be read in its own session only. */
  readonly session: string;
  /** It is closed after its first batch. */
  readonly isSingleBatch: boolean;
}

let lastId = 7_000_000_000_000_000_000n;

export function openCursor(cursor: Omit<Cursor, 'id' | 'next'>): Cursor {
  return { ...cursor, id: ++lastId, next: nextOf(cursor.documents) };
}

/** Takes documents out of a cursor. Afterwards it has come to its end if `next` is undefined. */
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

/** The session of a command, as text; empty where there is none. */
export function sessionOf(command: Doc): string {
  const { lsid } = command;
  return lsid === undefined ? '' : JSON.stringify(lsid);
}
