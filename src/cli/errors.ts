import { CommanderError } from 'commander';
import { AppError } from '../kernel/errors.ts';
import { redactText } from '../kernel/logger.ts';
import type { Terminal } from './terminal.ts';

/** Says what failed, why and what to do. An error that nobody foresaw is a defect, and only that shows where it arose. */
export function printError(terminal: Terminal, error: unknown): void {
  const { err } = terminal;
  const label = terminal.paint(err, 'red', 'longshore:');
  if (error instanceof CommanderError) return;
  if (error instanceof AppError) {
    err.write(`${label} ${redactText(error.message)}\n`);
    if (error.hint !== undefined) err.write(`${redactText(error.hint)}\n`);
    return;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err.write(`${label} a defect in Longshore: ${redactText(detail)}\n`);
}
