import { setTimeout as sleep } from 'node:timers/promises';
import { withAftermath, type Aftermath } from './interrupted.ts';
import type { ProgressState } from './progress.ts';

/** The first pause is short because a small job then seems to end at once. The longest pause limits the load on the server. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/**
 * Polls the server until a job has ended. The pauses grow.
 * @param options.read asks the server once.
 * @param options.aftermath what a user is told who stops the waiting; absent: the job does not outlive the command.
 * @returns the last answer.
 * @throws the signal's reason when it aborts, with the aftermath.
 */
export async function watch<Document>(options: {
  readonly read: () => Promise<Document>;
  readonly hasEnded: (document: Document) => boolean;
  readonly describe: (document: Document) => ProgressState;
  readonly progress: { update(state: ProgressState): void; end(): void };
  readonly signal: AbortSignal;
  readonly aftermath?: Aftermath | undefined;
}): Promise<Document> {
  const { progress, signal, aftermath } = options;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      const document = await options.read();
      progress.update(options.describe(document));
      if (options.hasEnded(document)) return document;
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } catch (thrown) {
    throw aftermath === undefined ? thrown : withAftermath(thrown, aftermath);
  } finally {
    progress.end();
  }
}
