import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { AppError } from '../kernel/errors.ts';
import { releaseBytes } from '../kernel/release-bytes.ts';
import type { ObjectStore, WrittenObject } from '../object-store/contract.ts';

/** Parts of an object that the store has not asked for yet. */
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
    await Promise.race([once(this.#body, 'drain'), this.#put]);
  }

  /** @throws what the put failed with; AppError `OBJECT_INCOMPLETE`. */
  async finish(): Promise<WrittenObject> {
    this.#body.end();
    const written = await this.#put;
    if (written.bytes !== this.#bytes) throw incomplete(this.key, this.#bytes, written.bytes);
    return written;
  }

  /** Gives it up, and waits until the store has. Does nothing to one that is finished. */
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

function incomplete(key: string, given: number, written: number): AppError {
  return new AppError({
    code: 'OBJECT_INCOMPLETE',
    message: `object ${JSON.stringify(key)} has ${given} bytes, but the store wrote ${written}`,
    hint: 'This is a defect in Longshore or in the object store: export again, and report it if it happens again.',
    transient: true,
  });
}
