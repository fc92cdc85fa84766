import { CommanderError } from 'commander';
import { AppError } from '../kernel/errors.ts';
import { redactText } from '../kernel/logger.ts';
import type { Terminal } from './terminal.ts';

/** Describes what failed, why and what to do. Only an unexpected error, which is a defect, shows its stack. */
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
