import { BSON, type Document } from 'mongodb';
import { AppError } from '../../../kernel/errors.ts';
import { documentLength } from '../../blocks/index.ts';
import { readCursor } from '../../sources/deployments.ts';
import type { BlockWritten, CollectionName } from '../contract.ts';
import { documentsOf, type Batch } from './batches.ts';
import { nameOf } from './errors.ts';
import { idOf } from './ordered-values.ts';
import { parseInsertReply, type WriteError } from './insert-reply.ts';
import type { Primary } from './primary.ts';
import { rawDocuments } from './raw-documents.ts';

/** Waits until the write survives a failure of the primary, and on a standalone server of its process. */
export const WRITE_CONCERN = { w: 'majority', j: true };

/** How many documents, and how many bytes of them, are compared at a time with those that are there. */
const COMPARED_DOCUMENTS = 1000;
const COMPARED_BYTES = 8 * 1024 * 1024;

export interface InsertOptions {
  /** Where the documents go: a collection, or the buckets of a time series. */
  readonly into: CollectionName;
  /** Whether documents keep their order, as in a capped collection. */
  readonly ordered: boolean;
  /** Whether `_id` is unique there. If not, a batch is sent only once, because nothing would show a doubled document. */
  readonly hasUniqueId: boolean;
  /** Further fields of the command. */
  readonly fields: Document;
  readonly signal: AbortSignal;
}

/**
 * Inserts a batch. A batch whose outcome is not known is sent again, and the documents that are there by then are compared with
 * their originals, so none is doubled.
 * @throws AppError `RESTORE_DOCUMENT_DIFFERS`, `RESTORE_DOCUMENT_REFUSED`, and those of `Primary.run`.
 */
export async function insertBatch(primary: Primary, batch: Batch, options: InsertOptions): Promise<BlockWritten> {
  const { hasUniqueId, ordered } = options;
  if (hasUniqueId) requireIds(batch.bson, options.into);
  let { bson } = batch;
  let present = 0;
  for (;;) {
    const errors = await send(primary, bson, options);
    const [first] = errors;
    if (first === undefined) return { inserted: batch.documents - present, present };
    const documents = [...documentsOf(bson)];
    for (const error of errors) if (!error.isDuplicateId) throw refused(documents[error.index], error, options.into);
    // In order, the server stops at the first error, so nothing is known of the documents after it.
    const unsure = ordered ? documents.slice(first.index) : errors.flatMap(({ index }) => documents[index] ?? []);
    const missing = await missingOf(primary, unsure, options);
    const [lost] = ordered ? missing.filter((each) => each === unsure[0]) : missing;
    if (lost !== undefined) throw differs(lost, options.into);
    present += unsure.length - missing.length;
    if (missing.length === 0) return { inserted: batch.documents - present, present };
    bson = Buffer.concat(missing);
  }
}

async function send(primary: Primary, bson: Uint8Array, options: InsertOptions): Promise<readonly WriteError[]> {
  const { into, ordered, fields, signal, hasUniqueId } = options;
  const command = (): Document => ({
    insert: into.name,
    ordered,
    writeConcern: WRITE_CONCERN,
    ...fields,
    documents: rawDocuments('documents', bson),
  });
  return await primary.try(
    `writing to ${nameOf(into)}`,
    signal,
    async (server) => parseInsertReply(await server.command(into.database, command(), { signal })),
    hasUniqueId,
  );
}

/** The documents that are not there with the same bytes. */
async function missingOf(
  primary: Primary,
  documents: readonly Uint8Array<ArrayBuffer>[],
  { into, signal }: InsertOptions,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const missing: Uint8Array<ArrayBuffer>[] = [];
  for (const some of inParts(documents)) {
    const command = { find: into.name, filter: { _id: { $in: some.map(idOf) } } };
    const there = await primary.try(`reading ${nameOf(into)}`, signal, async (server) => {
      const found = new Set<string>();
      for await (const reply of readCursor(server, { database: into.database, command, signal })) {
        for (const document of documentsOf(reply.documents)) found.add(textOf(document));
      }
      return found;
    });
    missing.push(...some.filter((document) => !there.has(textOf(document))));
  }
  return missing;
}

function textOf(document: Uint8Array<ArrayBuffer>): string {
  return Buffer.from(document.buffer, document.byteOffset, document.byteLength).toString('latin1');
}

function* inParts(documents: readonly Uint8Array<ArrayBuffer>[]): Generator<Uint8Array<ArrayBuffer>[]> {
  let part: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (const document of documents) {
    if (part.length > 0 && (part.length === COMPARED_DOCUMENTS || bytes + document.byteLength > COMPARED_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(document);
    bytes += document.byteLength;
  }
  if (part.length > 0) yield part;
}

/** A server would give such a document a new `_id` each time. @throws AppError `RESTORE_DOCUMENT_REFUSED` */
function requireIds(bson: Uint8Array<ArrayBuffer>, into: CollectionName): void {
  for (let at = 0, end = 0; at < bson.byteLength; at = end) {
    end = at + documentLength(bson, at);
    if (bson[at + 5] === 0x5f && bson[at + 6] === 0x69 && bson[at + 7] === 0x64 && bson[at + 8] === 0) continue;
    if (idOf(bson.subarray(at, end)) !== undefined) continue;
    throw new AppError({
      code: 'RESTORE_DOCUMENT_REFUSED',
      message: `a document of ${nameOf(into)} has no _id, so it could be doubled`,
      hint: 'Leave the collection out with --exclude, and import it with a tool that makes new _ids.',
    });
  }
}

function differs(document: Uint8Array, into: CollectionName): AppError {
  return new AppError({
    code: 'RESTORE_DOCUMENT_DIFFERS',
    message: `${nameOf(into)} holds another document with the _id ${idForPeople(document)}`,
    hint: 'Restore into an empty collection, drop it first with --drop, or give it another name with --rename.',
  });
}

function refused(document: Uint8Array | undefined, { reason }: WriteError, into: CollectionName): AppError {
  const which = document === undefined ? 'a document' : `the document with the _id ${idForPeople(document)}`;
  return new AppError({
    code: 'RESTORE_DOCUMENT_REFUSED',
    message: `the server refuses ${which} of ${nameOf(into)}: ${reason}`,
    hint: 'Leave the collection out with --exclude, or restore into a deployment that takes such documents.',
  });
}

const MAX_ID_LENGTH = 200;

function idForPeople(document: Uint8Array): string {
  const text = BSON.EJSON.stringify(idOf(document), { relaxed: true });
  return text.length > MAX_ID_LENGTH ? `${text.slice(0, MAX_ID_LENGTH)}...` : text;
}
