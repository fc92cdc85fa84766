import { documentLength } from '../../blocks/index.ts';

/** The server's limits: maxWriteBatchSize, and maxMessageSizeBytes of 48,000,000, of which a batch takes a third at most. */
export const MAX_BATCH_DOCUMENTS = 100_000;
export const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Whole documents that go to the server in one message. */
export interface Batch {
  readonly bson: Uint8Array<ArrayBuffer>;
  readonly documents: number;
}

/** Cuts documents into batches. A batch with one document may be larger than the limit. */
export function* batchesOf(bson: Uint8Array<ArrayBuffer>): Generator<Batch, void, undefined> {
  let start = 0;
  let documents = 0;
  let at = 0;
  while (at < bson.byteLength) {
    const end = at + documentLength(bson, at);
    if (documents > 0 && (documents === MAX_BATCH_DOCUMENTS || end - start > MAX_BATCH_BYTES)) {
      yield { bson: bson.subarray(start, at), documents };
      start = at;
      documents = 0;
    }
    documents++;
    at = end;
  }
  if (documents > 0) yield { bson: bson.subarray(start), documents };
}

/** The documents one by one. */
export function* documentsOf(bson: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let at = 0; at < bson.byteLength;) {
    const end = at + documentLength(bson, at);
    yield bson.subarray(at, end);
    at = end;
  }
}
