import type { Command, Option } from 'commander';

/** A command of the command line, with the words that lead to it. */
export interface CommandEntry {
  readonly words: readonly string[];
  readonly command: Command;
}

/** Yields the program, its groups and its commands, each before what is below it. */
export function* commandsOf(command: Command, words: readonly string[] = []): Generator<CommandEntry> {
  yield { words, command };
  for (const child of command.commands) yield* commandsOf(child, [...words, child.name()]);
}

/** The long and short flags of an option: `--data-dir`, `-V`. */
export function flagsOfOption({ long, short }: Option): readonly string[] {
  return [long, short].filter((flag) => typeof flag === 'string');
}
