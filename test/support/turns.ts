import { setImmediate as turn } from 'node:timers/promises';

/** Waits for turns of the event loop. Everything that is ready by then has run, even on a slow machine. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}
