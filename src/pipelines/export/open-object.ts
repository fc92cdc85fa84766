import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import type { ObjectStore, WrittenObject } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';

/**
 * The number of parts that wait on either side of the stream while the store is busy. A small object has three parts,
 * and must not wait for the store.
 */
const PARTS_AHEAD = 4;

/** An object that is sent to the store while its parts are made. It gives the parts' memory back. */
export class OpenObject {
  readonly key: string;
  readonly #body = new PassThrough({ objectMode: true, highWaterMark: PARTS_AHEAD });
  readonly #put: Promise<WrittenObject>;
  #bytes = 0;

  constructor(store: ObjectStore, key: string, signal: AbortSignal) {
    this.key = key;
    // The caller that cancels knows the reason. The store receives it as the end of the body.
    this.#body.on('error', () => undefined);
    this.#put = store.put(key, lent(this.#body), { signal });
    // The next call throws the rejection. Until then it must not count as unhandled.
    this.#put.catch(() => undefined);
  }

  /** The number of bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Waits if the store is slower than the parts. @throws the error of the put. */
  async write(part: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes += part.byteLength;
    if (this.#body.write(part)) return;
    // A store that ends before the body has lost bytes.
    const early = this.#put.then((written) => assertWritten(this.key, { bytes: this.#bytes }, written));
    await Promise.race([once(this.#body, 'drain'), early]);
  }

  /** @throws the error of the put; AppError `OBJECT_INCOMPLETE`. */
  async finish(): Promise<WrittenObject> {
    this.#body.end();
    const written = await this.#put;
    assertWritten(this.key, { bytes: this.#bytes }, written);
    return written;
  }

  /** Cancels the put and waits for its end. Does nothing after the store has acknowledged the object. */
  async cancel(cause: unknown): Promise<void> {
    this.#body.destroy(new Error('the object was given up', { cause }));
    await this.#put.catch(() => undefined);
  }
}

async function* lent(parts: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    yield part;
    releaseBytes(part);
  }
}
