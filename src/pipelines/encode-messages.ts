import type { EncodedBlock, ExtendedJsonMode } from '../extjson/index.ts';

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

/** Sent to a worker; the block's buffer is transferred. */
export interface EncodeRequest {
  readonly id: number;
  readonly mode: ExtendedJsonMode;
  readonly block: StoredBlock;
}

/** The worker's answer; what was encoded is transferred. */
export type EncodeReply =
  { readonly id: number; readonly encoded: EncodedBlock } | { readonly id: number; readonly failure: EncodeFailure };

/** What is left of an error after its way between threads. */
export interface EncodeFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
  /** Of a document that is not valid BSON: a BsonError's facts, counted within the block. */
  readonly bson?: { readonly reason: string; readonly offset: number; readonly document: number };
}
