import type { AppError } from '../../kernel/errors.ts';
import type { ObjectInfo } from '../contract.ts';
import type { StoreOperation } from '../errors.ts';

/** A running checksum with the methods of a `Hash` of node:crypto. */
export interface RunningChecksum {
  update(part: Uint8Array): unknown;
  digest(): Buffer;
}

/** The whole body of an object, which can be sent any number of times. */
export interface WholeBody {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The checksum that the service verifies. */
  readonly checksum: Buffer;
}

/** The facts of an object that a service tells without sending the object. */
export interface ServiceObject {
  readonly bytes: number;
  /** The SHA-256 of the content in lower-case hex. Undefined if nothing ties such a value to the present content. */
  readonly sha256: string | undefined;
}

/** An object that is being received. */
export interface OpenedObject {
  /** The length of the whole object. */
  readonly bytes: number;
  /** The name that the service gives to this content of the object, such as an ETag. */
  readonly version: string;
  /** The bytes from the asked position to the end. They fail when the connection is lost. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * The requests to a bucket of a cloud service. Each function is one request without retries, ends with the signal, and throws what
 * the vendor's library throws. `createServiceStore` adds what all services need: retries, deadlines, and the errors.
 */
export interface ObjectService {
  /** Creates the checksum of a body, which the service verifies when it receives the body. */
  createChecksum(): RunningChecksum;
  /**
   * Writes an object. The service and the driver have checked the checksum when the promise resolves.
   * @param condition.ifAbsent whether an object that has the key already stays. @throws AppError `OBJECT_EXISTS` then.
   */
  put(key: string, body: WholeBody, signal: AbortSignal, condition: PutCondition): Promise<void>;
  /**
   * Opens an object.
   * @param from is where to continue a reading, in the same version; undefined: the beginning of the present version.
   */
  open(key: string, from: ReadingPosition | undefined, signal: AbortSignal): Promise<OpenedObject>;
  /** Returns undefined if the object does not exist. */
  look(key: string, signal: AbortSignal): Promise<ServiceObject | undefined>;
  /** Lists a page of objects. @param page is `next` of the page before; undefined: the first page. */
  list(prefix: string, page: string | undefined, signal: AbortSignal): Promise<ListedPage>;
  /** Removes an object. A missing object may be an error that `classified` converts to `OBJECT_NOT_FOUND`. */
  delete(key: string, signal: AbortSignal): Promise<void>;
  /** Converts what a request threw to an AppError, which says whether the request may succeed later. */
  classified(operation: StoreOperation, key: string, thrown: unknown): AppError;
}

export interface PutCondition {
  readonly ifAbsent: boolean;
}

export interface ReadingPosition {
  readonly bytes: number;
  readonly version: string;
}

export interface ListedPage {
  readonly objects: readonly ObjectInfo[];
  /** Undefined: this is the last page. */
  readonly next: string | undefined;
}
