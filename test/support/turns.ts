import { setImmediate as turn } from 'node:timers/promises';

/** Waits for turns of the event loop: what is ready by then has run, however slow the machine is. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}
