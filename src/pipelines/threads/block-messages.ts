import type { EncodedBlock, ExtendedJsonMode } from '../../extjson/index.ts';
import type { HashedBlock } from '../../snapshot/repository/index.ts';

/** BSON documents to be encoded: as they are, or as the repository stores them, to be unpacked and verified first. */
export type StoredBlock =
  | { readonly bson: Uint8Array<ArrayBuffer> }
  | {
      /** In the repository's format. */
      readonly stored: Uint8Array<ArrayBuffer>;
      /** Of the uncompressed bytes. */
      readonly sha256: string;
      /** Uncompressed. */
      readonly bytes: number;
    };

/** What a thread is to do with a block. */
export type BlockTask =
  | { readonly kind: 'encode'; readonly block: StoredBlock; readonly mode: ExtendedJsonMode }
  | { readonly kind: 'hash'; readonly bson: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'pack'; readonly bson: Uint8Array<ArrayBuffer>; readonly sha256: string };

/** What came of a task. */
export type BlockResult =
  | { readonly kind: 'encode'; readonly encoded: EncodedBlock }
  | { readonly kind: 'hash'; readonly hashed: HashedBlock }
  | { readonly kind: 'pack'; readonly stored: Uint8Array<ArrayBuffer> };

/** Sent to a worker; the block's buffer is transferred. */
export interface BlockRequest {
  readonly id: number;
  readonly task: BlockTask;
}

/** The worker's answer; the buffer in it is transferred. */
export type BlockReply =
  { readonly id: number; readonly result: BlockResult } | { readonly id: number; readonly failure: BlockFailure };

/** What is left of an error after its way between threads. */
export interface BlockFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
  /** Of a document that is not valid BSON: a BsonError's facts, counted within the block. */
  readonly bson?: { readonly reason: string; readonly offset: number; readonly document: number };
}

/** The buffer that goes with a task. */
export function bufferOfTask(task: BlockTask): ArrayBuffer {
  if (task.kind !== 'encode') return task.bson.buffer;
  return ('bson' in task.block ? task.block.bson : task.block.stored).buffer;
}

/** Of BSON that the task is about: how long it takes goes by that. */
export function bytesOfTask(task: BlockTask): number {
  if (task.kind !== 'encode') return task.bson.byteLength;
  return 'bson' in task.block ? task.block.bson.byteLength : task.block.bytes;
}

/** The buffer that comes back with a result. */
export function bufferOfResult(result: BlockResult): ArrayBuffer {
  switch (result.kind) {
    case 'encode':
      return result.encoded.deflate.buffer;
    case 'hash':
      return result.hashed.bson.buffer;
    case 'pack':
      return result.stored.buffer;
  }
}
