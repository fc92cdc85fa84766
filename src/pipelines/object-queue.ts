import { releaseBytes } from '../kernel/release-bytes.ts';
import type { ObjectStore } from '../object-store/contract.ts';

/** The body of an object, complete. */
export interface WholeObject {
  readonly key: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
  readonly sha256: string;
}

/** Big objects go one by one, small ones together, so that their latency does not add up. */
const BYTES_IN_FLIGHT = 32 * 1024 * 1024;
const OBJECTS_IN_FLIGHT = 16;

/** Puts objects while the next ones are made. After the first failure nothing more is begun. */
export class ObjectQueue {
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;
  readonly #failing = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(store: ObjectStore, signal: AbortSignal) {
    this.#store = store;
    this.#signal = AbortSignal.any([signal, this.#failing.signal]);
  }

  /**
   * Waits until there is room, then begins the put. The object's memory is given back when the store has it.
   * @param acknowledged called when the store has the object; until it is done the object counts as in flight.
   * @throws what failed before.
   */
  async add(object: WholeObject, acknowledged: () => void | Promise<void>): Promise<void> {
    while (this.#inFlight.size > 0 && this.#isFull(object.bytes)) {
      await Promise.race(this.#inFlight);
      this.#rethrow();
    }
    this.#rethrow();
    const put = this.#put(object, acknowledged);
    this.#inFlight.add(put);
    void put.finally(() => this.#inFlight.delete(put));
  }

  /** Waits for all. @throws what failed first. */
  async drain(): Promise<void> {
    await Promise.all(this.#inFlight);
    this.#rethrow();
  }

  /** Gives up what is under way, and waits until nothing is. */
  async cancel(reason: unknown): Promise<void> {
    this.#failing.abort(reason);
    await Promise.all(this.#inFlight);
  }

  #isFull(bytes: number): boolean {
    return this.#inFlight.size >= OBJECTS_IN_FLIGHT || this.#bytes + bytes > BYTES_IN_FLIGHT;
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  /** Never fails: the next call does. */
  async #put({ key, parts, bytes, sha256 }: WholeObject, acknowledged: () => void | Promise<void>): Promise<void> {
    this.#bytes += bytes;
    try {
      await this.#store.put(key, parts, { sha256, signal: this.#signal });
      await acknowledged();
      for (const part of parts) releaseBytes(part);
    } catch (thrown) {
      this.#failure ??= { thrown };
      this.#failing.abort(thrown);
    } finally {
      this.#bytes -= bytes;
    }
  }
}
