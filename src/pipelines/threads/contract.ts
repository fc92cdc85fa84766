/** BSON documents to encode. A block in the repository's form is verified and unpacked first. */
export type StoredBlock =
  | { readonly bson: Uint8Array<ArrayBuffer> }
  | {
      /** In the repository's format. */
      readonly stored: Uint8Array<ArrayBuffer>;
      /** The SHA-256 of the uncompressed bytes in lower-case hex. */
      readonly sha256: string;
      /** The number of uncompressed bytes. */
      readonly bytes: number;
    };

/** A kind of work on a block. `structuredClone` must be able to copy input and output. */
export interface BlockTask<Input, Output> {
  /** Does the work, in a thread. One task ends before the next one begins. */
  readonly run: (input: Input) => Output | Promise<Output>;
  /** The buffers of the input that move to the thread. Every view of them is empty afterwards. */
  readonly transfer: (input: Input) => readonly ArrayBuffer[];
  /** The buffers of the output that move back in the same way. */
  readonly transferBack: (output: Output) => readonly ArrayBuffer[];
  /** Bytes of BSON that the work concerns. The pool estimates its duration by them. */
  readonly weigh: (input: Input) => number;
}
