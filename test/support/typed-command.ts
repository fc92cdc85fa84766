import { run } from '../../src/cli/main.ts';
import { createTerminal, type TextSink } from '../../src/cli/terminal.ts';
import { systemClock } from '../../src/kernel/clock.ts';

/** The output of a command that ran in this process. */
export interface TypedResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as a user types it, in this process. */
export async function typed(
  argv: readonly string[],
  options: {
    /** The environment of the command; absent: none. */
    readonly environment?: Record<string, string>;
    /** The environment of the terminal; absent: none. */
    readonly terminal?: Record<string, string>;
    /** The width of the terminal; absent: the output is no terminal. */
    readonly columns?: number | undefined;
    /** Called after each piece of standard error. It may interrupt the command. */
    readonly onError?: (text: string, interrupt: AbortController) => void;
  } = {},
): Promise<TypedResult> {
  const { environment = {}, columns, onError } = options;
  const interrupt = new AbortController();
  const text = { out: '', err: '' };
  const facts = { isTTY: columns !== undefined, columns };
  const out: TextSink = { ...facts, write: (more) => void (text.out += more) };
  const err: TextSink = {
    ...facts,
    write: (more) => {
      text.err += more;
      onError?.(text.err, interrupt);
    },
  };
  const code = await run(argv, {
    terminal: createTerminal(out, err, options.terminal ?? {}),
    clock: systemClock,
    signal: interrupt.signal,
    environment,
  });
  return { code, ...text };
}
