import type { ObjectService, OpenedObject } from './contract.ts';
import { connectionLost } from './failures.ts';

/** The reading of an object. After an error the next call connects again and continues at the next byte. */
export class ObjectReading {
  readonly #service: ObjectService;
  readonly #key: string;
  #object: Pick<OpenedObject, 'bytes' | 'version'> | undefined;
  #position = 0;
  #connection = new AbortController();
  #pieces: AsyncIterator<Uint8Array> | undefined;

  constructor(service: ObjectService, key: string) {
    this.#service = service;
    this.#key = key;
  }

  /** Receives the next piece; undefined: the object is complete. @param signal closes the connection. */
  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const close = (): void => this.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      if (this.#object !== undefined && this.#position >= this.#object.bytes) return undefined;
      this.#pieces ??= await this.#open(this.#connection.signal);
      const result = await this.#pieces.next();
      if (result.done !== true) {
        this.#position += result.value.byteLength;
        return result.value;
      }
      if (this.#position === this.#object?.bytes) return undefined;
      throw connectionLost(`the connection ended after ${this.#position} of ${this.#object?.bytes} bytes`);
    } catch (thrown) {
      this.close();
      throw thrown;
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  close(): void {
    this.#connection.abort();
    this.#connection = new AbortController();
    this.#pieces = undefined;
  }

  async #open(signal: AbortSignal): Promise<AsyncIterator<Uint8Array>> {
    const from = this.#object && { bytes: this.#position, version: this.#object.version };
    const { bytes, version, pieces } = await this.#service.open(this.#key, from, signal);
    signal.throwIfAborted();
    this.#object ??= { bytes, version };
    return pieces[Symbol.asyncIterator]();
  }
}
