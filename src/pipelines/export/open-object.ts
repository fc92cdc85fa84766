import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import type { ObjectStore, WrittenObject } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';

/** Parts that wait on either side of the stream while the store is busy: a small object has three, and must not wait for it. */
const PARTS_AHEAD = 4;

/** An object that is on its way to the store while its parts are made. The parts' memory is given back. */
export class OpenObject {
  readonly key: string;
  readonly #body = new PassThrough({ objectMode: true, highWaterMark: PARTS_AHEAD });
  readonly #put: Promise<WrittenObject>;
  #bytes = 0;

  constructor(store: ObjectStore, key: string, signal: AbortSignal) {
    this.key = key;
    // Who gives it up knows why; the store learns it as the body's end.
    this.#body.on('error', () => undefined);
    this.#put = store.put(key, lent(this.#body), { signal });
    // It is met by the next call.
    this.#put.catch(() => undefined);
  }

  /** Given to it so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Waits where the store is slower than the parts come. @throws what the put failed with. */
  async write(part: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes += part.byteLength;
    if (this.#body.write(part)) return;
    // A store that is done before the body has lost something.
    const early = this.#put.then((written) => assertWritten(this.key, { bytes: this.#bytes }, written));
    await Promise.race([once(this.#body, 'drain'), early]);
  }

  /** @throws what the put failed with; AppError `OBJECT_INCOMPLETE`. */
  async finish(): Promise<WrittenObject> {
    this.#body.end();
    const written = await this.#put;
    assertWritten(this.key, { bytes: this.#bytes }, written);
    return written;
  }

  /** Gives it up, and waits until the store has. Does nothing where the store has the object. */
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
