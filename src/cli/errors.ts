import { CommanderError } from 'commander';
import { AppError, codeOf } from '../kernel/errors.ts';
import { redactText } from '../kernel/logger.ts';
import type { Terminal } from './terminal.ts';

const SYSTEM_HINT = 'Give a path that this user may read and write, or mend what the system says.';

/** Whether the operating system refused a file or directory, such as with `EACCES`. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error && codeOf(error) !== undefined;
}

export function directoryNotFound(directory: string): AppError {
  return new AppError({
    code: 'DIRECTORY_NOT_FOUND',
    message: `there is no directory ${directory}`,
    hint: 'Correct the path.',
  });
}

/** Describes what failed, why and what to do. Only an unexpected error, which is a defect, shows its stack. */
export function printError(terminal: Terminal, error: unknown): void {
  const { err } = terminal;
  const label = terminal.paint(err, 'red', 'longshore:');
  if (error instanceof CommanderError) return;
  if (error instanceof AppError) {
    terminal.note(`${label} ${redactText(error.message)}\n`);
    if (error.hint !== undefined) terminal.note(`${redactText(error.hint)}\n`);
    return;
  }
  if (isSystemError(error)) {
    terminal.note(`${label} ${redactText(error.message)}\n${SYSTEM_HINT}\n`);
    return;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err.write(`${label} a defect in Longshore: ${redactText(detail)}\n`);
}
