import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../../kernel/errors.ts';
import { createRetry } from '../../kernel/retry.ts';
import type { CallOptions } from '../../object-store/contract.ts';
import type { SnapshotReader } from '../../snapshot/repository/index.ts';
import { joined } from '../answer-body.ts';
import type { Session, Surroundings } from '../command.ts';
import { formatDuration } from '../format.ts';
import { noteOverBar } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { DownloadLink } from './download-link.ts';
import type { FoundSnapshot } from './find-snapshot.ts';
import { isLinkRefused, readObject, ServerBusyError } from './read-object.ts';

/** The longest silence of a server. A whole answer may take longer, because several blocks share a slow line. */
const PATIENCE_MS = 60_000;
/** The manifest of a snapshot of about 15 TB. What it lists stays in memory. */
const MOST_MANIFEST_BYTES = 512 * 1024 * 1024;

interface Waiting {
  readonly patienceMs: number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

const WAITING: Waiting = {
  patienceMs: PATIENCE_MS,
  pause: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/**
 * Reads the objects of one snapshot from a server, by the links of restore jobs of the type `download`. Every method throws AppError
 * `SERVER_UNREACHABLE` and `SERVER_BUSY` after some retries, `UNEXPECTED_ANSWER`, and `RefusedError`.
 */
export class SnapshotDownload implements SnapshotReader {
  readonly #link: DownloadLink;
  readonly #terminal: Terminal;
  readonly #waiting: Waiting;
  readonly #retry = createRetry(isTransient);
  /** The number of requests that wait because the server is busy. */
  #waits = 0;

  constructor(session: Session, found: FoundSnapshot, surroundings: Surroundings, waiting: Partial<Waiting> = {}) {
    this.#link = new DownloadLink(session, found, surroundings);
    this.#terminal = surroundings.terminal;
    this.#waiting = { ...WAITING, ...waiting };
  }

  /** @throws AppError `OBJECT_NOT_FOUND` */
  async get(
    key: string,
    { signal, mostBytes }: CallOptions & { readonly mostBytes: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#try(signal, (folder) => joined(this.#pieces(folder, key, mostBytes, signal)));
  }

  /** Reads a manifest. After a lost connection, its pieces come again, and those that were read already are left out. */
  async *read(key: string, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    let taken = 0;
    let pieces: AsyncGenerator<Uint8Array, void, undefined> | undefined;
    const next = async (folder: URL): Promise<IteratorResult<Uint8Array, void>> => {
      pieces ??= without(taken, this.#pieces(folder, key, MOST_MANIFEST_BYTES, signal));
      try {
        return await pieces.next();
      } catch (thrown) {
        pieces = undefined;
        throw thrown;
      }
    };
    try {
      for (;;) {
        const { done, value } = await this.#try(signal, next);
        if (done === true) return;
        taken += value.byteLength;
        yield value;
      }
    } finally {
      await pieces?.return();
    }
  }

  /** Withdraws the links. Does not throw. */
  async close(): Promise<void> {
    await this.#link.withdraw();
  }

  #pieces(folder: URL, key: string, mostBytes: number, signal: AbortSignal | undefined) {
    return readObject(folder, key, { signal, mostBytes, patienceMs: this.#waiting.patienceMs });
  }

  async #try<Value>(signal: AbortSignal | undefined, call: (folder: URL) => Promise<Value>): Promise<Value> {
    return await this.#retry(async () => {
      try {
        return await this.#withValidLink(call);
      } catch (thrown) {
        if (thrown instanceof ServerBusyError) await this.#wait(thrown, signal);
        throw thrown;
      }
    }, signal);
  }

  /** A link may end early: the clock of this machine stands while the machine sleeps. A new link that is refused, too, is an error. */
  async #withValidLink<Value>(call: (folder: URL) => Promise<Value>): Promise<Value> {
    const folder = await this.#link.url();
    try {
      return await call(folder);
    } catch (thrown) {
      if (!isLinkRefused(thrown)) throw thrown;
      this.#link.forget(folder);
    }
    return await call(await this.#link.url());
  }

  async #wait({ message, waitMs }: ServerBusyError, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waits === 0) noteOverBar(this.#terminal, `${message}; it is asked again in ${formatDuration(waitMs)}\n`);
    this.#waits++;
    try {
      await this.#waiting.pause(waitMs, signal);
    } finally {
      this.#waits--;
    }
  }
}

/** Leaves out the first bytes. */
async function* without(bytes: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const piece of pieces) {
    if (left < piece.byteLength) yield piece.subarray(left);
    left = Math.max(0, left - piece.byteLength);
  }
}
