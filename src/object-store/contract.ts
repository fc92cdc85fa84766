/** What a store knows about an object without reading it. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
}

/**
 * The body of an object: its parts in order, as they are made. It is read once. A part is lent until the next one is asked for,
 * and the last one until the body's end: a driver that needs a part for longer copies it. The maker of a body ends the body,
 * or throws, when the `put` is cancelled.
 */
export type ObjectBody = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a store acknowledges: the body that it wrote. */
export interface WrittenObject {
  readonly bytes: number;
  /** SHA-256 of the body, lower-case hex: computed by the driver from what it wrote, and checked by a server that can. */
  readonly sha256: string;
}

/** How an object in the store stands to what the store acknowledged. */
export type ObjectComparison = 'same' | 'different' | 'missing';

/**
 * A bucket. Keys are `/`-separated, at most 1024 bytes of UTF-8, never start or end with `/`, and hold no empty, `.` or
 * `..` part, no control character and no backslash: every driver refuses others with `INVALID_OBJECT_KEY`. Whether one
 * object's key may be the folder of another's (`a` beside `a/b`) is the driver's business.
 *
 * The driver retries, because a body is read once: a request that fails for a moment (a lost connection, a service that is
 * busy) is made again, as often as `retry.ts` says, and the caller does not notice. An AppError with `transient` set tells of a
 * failure that lasted longer, or of one that a request made again at once does not mend (a full disk).
 */
export interface ObjectStore {
  /**
   * Writes an object: after the promise resolves it is there, complete and durable; otherwise nothing is under the key but
   * what was there before. The parts may be written as they come, or all at the end; a driver keeps what it needs to send
   * them again.
   * @throws what the body threw; the signal's reason.
   */
  put(key: string, body: ObjectBody, options?: { readonly signal?: AbortSignal }): Promise<WrittenObject>;
  /** The whole object, in a buffer of its own that is the caller's to keep. @throws AppError `OBJECT_NOT_FOUND`. */
  get(key: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The object in pieces of bounded size, for objects that may be large. @throws AppError `OBJECT_NOT_FOUND`. */
  read(key: string): AsyncIterable<Uint8Array>;
  /** Undefined where there is no such object. @throws AppError `OBJECT_STORE_FORBIDDEN` where the role may not read. */
  head(key: string): Promise<ObjectInfo | undefined>;
  /**
   * Compares an object with what `put` acknowledged, perhaps in another process and long ago. The content counts, not the size
   * alone: a driver takes the SHA-256 that the store keeps of the object, and reads the object where the store keeps none.
   * @throws AppError `OBJECT_STORE_FORBIDDEN` where the role may not read; the signal's reason.
   */
  compare(
    key: string,
    acknowledged: WrittenObject,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ObjectComparison>;
  /** Every object whose key starts with the prefix, in the order of the keys' bytes. Any text is a valid prefix. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Removes the object; no error where there is none. */
  delete(key: string): Promise<void>;
}

/** Which bucket to open, and how; `all.ts` has a driver for each kind. */
export type StoreConfig = LocalStoreConfig;

/** A directory that is a bucket. */
export interface LocalStoreConfig {
  readonly kind: 'local';
  readonly directory: string;
}
