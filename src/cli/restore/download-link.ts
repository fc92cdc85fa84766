import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Session, Surroundings } from '../command.ts';
import { createProgress, type Progress } from '../progress.ts';
import type { FoundSnapshot } from './find-snapshot.ts';
import { readId } from '../documents.ts';
import { requireCompleted, restoreJobsPath, watchRestoreJob } from '../restore-job.ts';

/** A new link is asked for before the old one ends, because a link is valid for an hour and keeps its snapshot for as long. */
const RENEW_AFTER_MS = 45 * 60_000;
/** A server that does not answer must not hold up the end of the command. */
const WITHDRAW_TIMEOUT_MS = 3000;

const SILENT: Progress = { update: () => undefined, end: () => undefined };

/** The link by which a server gives the objects of a snapshot. Each is that of a restore job of the type `download`. */
export class DownloadLink {
  readonly #session: Session;
  readonly #found: FoundSnapshot;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;
  /** The ids of all jobs that were started. */
  readonly #jobs: string[] = [];
  #asked: Promise<URL> | undefined;
  #askedAt = 0;
  /** The answer of `#asked`, once it is there. */
  #valid: URL | undefined;

  constructor(session: Session, found: FoundSnapshot, surroundings: Surroundings) {
    this.#session = session;
    this.#found = found;
    this.#surroundings = surroundings;
    this.#clock = steadyClock(surroundings.clock);
  }

  /**
   * Returns the URL of the folder of the objects. The key of an object goes behind its path.
   * @throws AppError of the restore job, `UNEXPECTED_ANSWER`, and `RefusedError`.
   */
  async url(): Promise<URL> {
    const now = this.#clock.now();
    if (this.#asked !== undefined && now - this.#askedAt < RENEW_AFTER_MS) return await this.#asked;
    // A later link is made while the restore shows its own progress.
    const { terminal, clock } = this.#surroundings;
    const progress = this.#jobs.length === 0 ? createProgress(terminal, 'prepare', clock) : SILENT;
    this.#valid = undefined;
    this.#askedAt = now;
    const asked = this.#ask(progress);
    this.#asked = asked;
    try {
      const url = await asked;
      if (this.#asked === asked) this.#valid = url;
      return url;
    } catch (thrown) {
      if (this.#asked === asked) this.#asked = undefined;
      throw thrown;
    }
  }

  /** Makes the next call of `url` ask for a new link, if the server takes this one no more. */
  forget(refused: URL): void {
    if (this.#valid !== refused) return;
    this.#valid = undefined;
    this.#asked = undefined;
  }

  /**
   * Cancels the jobs, which ends their links. Also after Ctrl-C, so the signal of the command does not count. Does not throw: a link that
   * could not be withdrawn ends by itself.
   */
  async withdraw(): Promise<void> {
    const { client, path } = this.#session;
    const patient = client.withSignal(AbortSignal.timeout(WITHDRAW_TIMEOUT_MS));
    const jobs = path(restoreJobsPath(this.#found.cluster));
    await Promise.allSettled(this.#jobs.map((id) => patient.request(() => undefined, 'DELETE', `${jobs}/${id}`)));
  }

  async #ask(progress: Progress): Promise<URL> {
    const { cluster, snapshotId } = this.#found;
    const { signal } = this.#surroundings;
    const body = { deliveryType: 'download', snapshotId };
    const { client, path } = this.#session;
    const { id } = await client.request(readId, 'POST', path(restoreJobsPath(cluster)), body);
    this.#jobs.push(id);
    const job = await watchRestoreJob(this.#session, cluster, id, { progress, signal });
    requireCompleted(job);
    if (job.repositoryUrl === undefined) throw tooOld(this.#session.url);
    return folderOf(job.repositoryUrl, this.#session.url);
  }
}

/** @throws AppError `UNEXPECTED_ANSWER`. The link is not repeated, because it is a secret. */
function folderOf(link: string, server: string): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname.endsWith('/') && url.username === '')
    return url;
  throw new AppError({
    code: 'UNEXPECTED_ANSWER',
    message: `the server at ${server} gave a link to its snapshot that is no URL of a folder, such as https://host/folder/`,
    hint: 'Check --public-url of the server, with which its links begin; and whether a proxy in front of it changes its answers.',
  });
}

function tooOld(url: string): AppError {
  return new AppError({
    code: 'UNEXPECTED_ANSWER',
    message: `the server at ${url} does not give the blocks of snapshots`,
    hint: 'Update the server; until then download the snapshot (deliveryUrl of a restore job), unpack it, and restore the directory.',
  });
}
