import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgressState } from './progress.ts';

/** The first pause is short, so that a small job seems to end at once; the longest spares the server. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/**
 * Asks again and again until something has ended.
 * @param options.read asks the server once.
 * @returns what the last answer was.
 * @throws the signal's reason when it aborts.
 */
export async function watch<Document>(options: {
  readonly read: () => Promise<Document>;
  readonly hasEnded: (document: Document) => boolean;
  readonly describe: (document: Document) => ProgressState;
  readonly progress: { update(state: ProgressState): void; end(): void };
  readonly signal: AbortSignal;
}): Promise<Document> {
  const { progress, signal } = options;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      const document = await options.read();
      progress.update(options.describe(document));
      if (options.hasEnded(document)) return document;
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    progress.end();
  }
}
