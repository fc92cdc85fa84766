import { systemClock } from '../src/kernel/clock.ts';
import { manPage } from '../src/cli/man-page.ts';
import { buildProgram } from '../src/cli/program.ts';
import { createTerminal } from '../src/cli/terminal.ts';

/** The text of docs/longshore.1. */
export function manPageText(): Promise<string> {
  const nowhere = { write: () => undefined };
  const surroundings = {
    terminal: createTerminal(nowhere, nowhere, {}),
    clock: systemClock,
    signal: new AbortController().signal,
    environment: {},
  };
  return Promise.resolve(manPage(buildProgram(surroundings)));
}
