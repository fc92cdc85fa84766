import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createRetry } from '../../kernel/retry.ts';
import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { objectNotFound } from '../../object-store/errors.ts';
import { RefusedError } from '../client.ts';
import type { Session, Surroundings } from '../command.ts';
import { createProgress, type Progress } from '../progress.ts';
import { unreachable } from '../unreachable.ts';
import type { FoundSnapshot } from './find-snapshot.ts';
import { requireCompleted, restoreJobsPath, runRestoreJob } from './restore-job.ts';

/** A new link is asked for before the old one ends, because a link is valid for an hour and keeps its snapshot for as long. */
const RENEW_AFTER_MS = 45 * 60_000;
/** The longest silence of a server. A whole answer may take longer, because several blocks share a slow line. */
const PATIENCE_MS = 60_000;

const SERVER_ERROR = 500;

interface Link {
  readonly restoreJobId: string;
  /** The key of an object goes behind its path. */
  readonly url: string;
}

/**
 * Reads the objects of one snapshot from a server, by the link of a restore job of the type `download`. Every method throws AppError
 * `SERVER_UNREACHABLE` after some retries, and `RefusedError`.
 */
export class SnapshotDownload implements Pick<ObjectStore, 'get' | 'read'> {
  readonly #session: Session;
  readonly #found: FoundSnapshot;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #retry = createRetry((thrown) => thrown instanceof AppError && thrown.transient);
  #link: Promise<Link> | undefined;
  #askedAt = 0;

  constructor(session: Session, found: FoundSnapshot, surroundings: Surroundings, patienceMs = PATIENCE_MS) {
    this.#session = session;
    this.#found = found;
    this.#surroundings = surroundings;
    this.#clock = steadyClock(surroundings.clock);
    this.#patienceMs = patienceMs;
  }

  /** @throws AppError `OBJECT_NOT_FOUND` */
  async get(key: string, { signal }: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#retry(async () => {
      const { url } = await this.#validLink();
      return await fetchObject(url, key, { signal, patienceMs: this.#patienceMs });
    }, signal);
  }

  /** A manifest is read as a whole, because a part of it could not be read again after a lost connection. */
  async *read(key: string, options?: CallOptions): AsyncGenerator<Uint8Array, void, undefined> {
    yield await this.get(key, options);
  }

  /** Ends the link. It ends by itself where that fails, such as after Ctrl-C. Does not throw. */
  async close(): Promise<void> {
    const { client, path } = this.#session;
    const link = await this.#link?.catch(() => undefined);
    if (link === undefined) return;
    const job = path(`${restoreJobsPath(this.#found.cluster)}/${link.restoreJobId}`);
    await client.request(() => undefined, 'DELETE', job).catch(() => undefined);
  }

  #validLink(): Promise<Link> {
    const { terminal, clock } = this.#surroundings;
    const now = this.#clock.now();
    if (this.#link !== undefined && now - this.#askedAt < RENEW_AFTER_MS) return this.#link;
    // A later link is made while the restore shows its own progress.
    const progress = this.#link === undefined ? createProgress(terminal, 'prepare', clock) : SILENT;
    const link = this.#newLink(progress).catch((thrown: unknown) => {
      this.#link = undefined;
      throw thrown;
    });
    this.#link = link;
    this.#askedAt = now;
    return link;
  }

  async #newLink(progress: Progress): Promise<Link> {
    const { cluster, snapshotId } = this.#found;
    const { signal } = this.#surroundings;
    const body = { deliveryType: 'download', snapshotId };
    const job = await runRestoreJob(this.#session, cluster, body, { progress, signal });
    requireCompleted(job);
    if (job.repositoryUrl === undefined) throw tooOld(this.#session.url);
    return { restoreJobId: job.id, url: job.repositoryUrl };
  }
}

interface Limits {
  readonly signal: AbortSignal | undefined;
  readonly patienceMs: number;
}

const SILENT: Progress = { update: () => undefined, end: () => undefined };

async function fetchObject(folder: string, key: string, limits: Limits): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(folder);
  url.pathname += key;
  const { status, content } = await answerOf(url, limits);
  if (status === 200) return content;
  if (status === 404) throw objectNotFound(key);
  const reason = new TextDecoder().decode(content).trim();
  if (status >= SERVER_ERROR) throw unreachable(url.origin, new Error(`it answered with ${status} ${reason}`));
  throw new RefusedError({
    status,
    code: 'DOWNLOAD_REFUSED',
    message: `the server refused ${key} of the snapshot with ${status}: ${reason}`,
    hint: 'Look whether the snapshot is still there (`longshore snapshot list CLUSTER`), and run the command again: it continues.',
  });
}

/** @throws AppError `SERVER_UNREACHABLE`; the signal's reason. */
async function answerOf(url: URL, { signal, patienceMs }: Limits) {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`it sent nothing for ${patienceMs / 1000} s`)), patienceMs);
  const signals = [silence.signal, ...(signal === undefined ? [] : [signal])];
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.any(signals) });
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const body: AsyncIterable<Uint8Array<ArrayBuffer>> | null = response.body;
    for await (const piece of body ?? []) {
      pieces.push(piece);
      timer.refresh();
    }
    // The memory of a Buffer may be shared, and could not be given to a thread.
    return { status: response.status, content: new Uint8Array(await new Blob(pieces).arrayBuffer()) };
  } catch (thrown) {
    signal?.throwIfAborted();
    throw unreachable(url.origin, thrown);
  } finally {
    clearTimeout(timer);
  }
}

function tooOld(url: string): AppError {
  return new AppError({
    code: 'UNEXPECTED_ANSWER',
    message: `the server at ${url} does not give the blocks of snapshots`,
    hint: 'Update the server; until then download the snapshot (deliveryUrl of a restore job), unpack it, and restore the directory.',
  });
}
