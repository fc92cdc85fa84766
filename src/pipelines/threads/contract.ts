/** BSON documents to be encoded: as they are, or as the repository stores them, to be verified and unpacked first. */
export type StoredBlock =
  | { readonly bson: Uint8Array<ArrayBuffer> }
  | {
      /** In the repository's format. */
      readonly stored: Uint8Array<ArrayBuffer>;
      /** Of the uncompressed bytes, lower-case hex. */
      readonly sha256: string;
      /** Uncompressed. */
      readonly bytes: number;
    };

/** A kind of work that a thread does on a block. Input and output are what `structuredClone` copies. */
export interface BlockTask<Input, Output> {
  /** Does the work, in a thread, where one task is done before the next begins. */
  readonly run: (input: Input) => Output | Promise<Output>;
  /** Buffers of the input. They go to the thread whole, with every view of them, and are empty afterwards. */
  readonly transfer: (input: Input) => readonly ArrayBuffer[];
  /** Buffers of the output, which come from the thread in the same way. */
  readonly transferBack: (output: Output) => readonly ArrayBuffer[];
  /** Bytes of BSON that the work is about, by which the pool estimates how long it takes. */
  readonly weigh: (input: Input) => number;
}
