import type { ObjectStore, WrittenObject } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';
import { OpenObject } from './open-object.ts';

/** An object whose content is complete. */
export interface WholeObject {
  readonly key: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
  readonly sha256: string;
}

/** Puts an object. @throws the error of the put; AppError `OBJECT_INCOMPLETE`. */
export async function putWhole(store: ObjectStore, object: WholeObject, signal: AbortSignal): Promise<WrittenObject> {
  const written = await store.put(object.key, object.parts, { signal });
  assertWritten(object.key, object, written);
  return written;
}

/**
 * The largest number of bytes in progress. A store may hold an object in memory until it is complete. Large objects are
 * put one by one. Small objects are put in parallel, because their latencies would add up.
 */
const BYTES_IN_FLIGHT = 32 * 1024 * 1024;
const OBJECTS_IN_FLIGHT = 16;

/** Called when the store has acknowledged the object. The object counts as in progress until the call ends. */
export type Acknowledged = (written: WrittenObject) => void | Promise<void>;

/** Puts objects while the next ones are made. After a put has failed, nothing more begins. */
export class ObjectQueue {
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;
  readonly #failing = new AbortController();
  readonly #open = new Set<OpenObject>();
  readonly #inFlight = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(store: ObjectStore, signal: AbortSignal) {
    this.#store = store;
    this.#signal = AbortSignal.any([signal, this.#failing.signal]);
  }

  /** Begins an object whose parts are still being made. @throws the error of an earlier put. */
  open(key: string): OpenObject {
    this.#rethrow();
    const object = new OpenObject(this.#store, key, this.#signal);
    this.#open.add(object);
    return object;
  }

  /** Waits for room. The object then ends while the next ones are made. @throws the error of an earlier put. */
  async finish(object: OpenObject, acknowledged: Acknowledged): Promise<void> {
    await this.#room(object.bytes);
    this.#open.delete(object);
    this.#track(object.bytes, object.finish(), acknowledged);
  }

  /** Waits for room, then begins the put. @throws the error of an earlier put. */
  async add(object: WholeObject, acknowledged: Acknowledged): Promise<void> {
    await this.#room(object.bytes);
    this.#track(object.bytes, putWhole(this.#store, object, this.#signal), acknowledged);
  }

  /** Waits for all finished objects. @throws the first error. */
  async drain(): Promise<void> {
    await Promise.all(this.#inFlight);
    this.#rethrow();
  }

  /** Cancels everything in progress, and waits for its end. */
  async cancel(reason: unknown): Promise<void> {
    this.#failing.abort(reason);
    await Promise.all([...this.#open].map((object) => object.cancel(reason)));
    await Promise.all(this.#inFlight);
  }

  async #room(bytes: number): Promise<void> {
    while (this.#inFlight.size > 0 && this.#isFull(bytes)) {
      await Promise.race(this.#inFlight);
      this.#rethrow();
    }
    this.#rethrow();
  }

  #isFull(bytes: number): boolean {
    return this.#inFlight.size >= OBJECTS_IN_FLIGHT || this.#bytes + bytes > BYTES_IN_FLIGHT;
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  #track(bytes: number, put: Promise<WrittenObject>, acknowledged: Acknowledged): void {
    const settled = this.#settle(bytes, put, acknowledged);
    this.#inFlight.add(settled);
    void settled.finally(() => this.#inFlight.delete(settled));
  }

  /** Never rejects, because the next call does. */
  async #settle(bytes: number, put: Promise<WrittenObject>, acknowledged: Acknowledged): Promise<void> {
    this.#bytes += bytes;
    try {
      await acknowledged(await put);
    } catch (thrown) {
      this.#failure ??= { thrown };
      this.#failing.abort(thrown);
    } finally {
      this.#bytes -= bytes;
    }
  }
}
