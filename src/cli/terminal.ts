import { styleText } from 'node:util';
import { terminalEnvironment, type Environment } from '../app/config.ts';
import { fold } from './fold.ts';
import type { Fit } from './format.ts';

/** A destination for text, such as process.stdout and process.stderr. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** The width of the terminal in characters; undefined if the sink is no terminal, and 0 if the terminal does not know it. */
  readonly columns?: number | undefined;
}

export type Color = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** The two outputs of a command: results go to `out`, messages and progress go to `err`. */
export interface Terminal {
  readonly out: TextSink;
  readonly err: TextSink;
  /** Writes a text for people to `out`, folded to the width of the terminal. */
  say(text: string): void;
  /** Writes a message for people to `err`, folded to the width of the terminal. */
  note(text: string): void;
  /** Colors the text if the sink is a terminal that shows colors. */
  paint(sink: TextSink, color: Color, text: string): string;
  /** Whether other characters than ASCII may not be shown, such as with LANG=C. */
  readonly isAscii: boolean;
}

/** How a table fits the terminal. @param leaveOut as in `Fit`. */
export function fitting({ out, isAscii }: Terminal, leaveOut: readonly string[], shorten?: string): Fit {
  return { columns: out.columns, leaveOut, isAscii, ...(shorten !== undefined && { shorten }) };
}

/** @param environment gives NO_COLOR (https://no-color.org), FORCE_COLOR, TERM and the locale. */
export function createTerminal(
  out: TextSink = process.stdout,
  err: TextSink = process.stderr,
  environment?: Environment,
): Terminal {
  const { noColor, forceColor, dumb, isAscii } = terminalEnvironment(environment);
  const colored = (sink: TextSink): boolean => forceColor || (sink.isTTY === true && !dumb);
  return {
    out,
    err,
    isAscii,
    say: (text) => void out.write(fold(text, out.columns)),
    note: (text) => void err.write(fold(text, err.columns)),
    paint: (sink, color, text) =>
      noColor || !colored(sink) ? text : styleText(color, text, { validateStream: false }),
  };
}
