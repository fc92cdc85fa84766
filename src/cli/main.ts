import { CommanderError } from 'commander';
import { systemClock } from '../kernel/clock.ts';
import { AppError, codeOf } from '../kernel/errors.ts';
import type { Surroundings } from './command.ts';
import { printError } from './errors.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Signals within this time count as one, because a launcher may pass one key press on more than once. */
const SAME_SIGNAL_MS = 1000;

/** Parses and runs one command line. @returns the exit code. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  try {
    await buildProgram(surroundings).parseAsync(argv, { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
    printError(terminal, thrown);
    return exitCodeOf(thrown);
  }
}

/**
 * Aborts at the first signal. A second signal ends the process at once. A process without a terminal ignores a hangup, which says that the
 * terminal is gone. That is done here also under `nohup`, because Node.js resets the signals that it was started to ignore.
 */
function abortOnSignals(controller: AbortController): void {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  if (!hasTerminal) process.on('SIGHUP', () => undefined);
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', ...(hasTerminal ? (['SIGHUP'] as const) : [])] as const) {
    process.on(name, () => {
      const now = systemClock.now();
      firstAt ??= now;
      if (now - firstAt > SAME_SIGNAL_MS) process.exit(EXIT_CODES.interrupted.code);
      controller.abort(
        // What waits for a job of a server adds that the job continues.
        new AppError({ code: 'INTERRUPTED', message: `stopped by ${name}` }),
      );
    });
  }
}

/** Runs the command line of this process and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that closes the pipe early, such as `| head`, is not an error.
  process.stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') process.exit(EXIT_CODES.ok.code);
    throw error;
  });
  // The work goes on when its log cannot be written: the program that read it has ended, or its disk is full.
  process.stderr.on('error', () => undefined);
  const controller = new AbortController();
  abortOnSignals(controller);
  process.exitCode = await run(argv, { terminal: createTerminal(), clock: systemClock, signal: controller.signal });
}
