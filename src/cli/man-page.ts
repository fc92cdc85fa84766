import type { Command } from 'commander';
import { commandsOf, type CommandEntry } from './command-tree.ts';
import { EXIT_CODES, exitCodesOf } from './exit-codes.ts';

/** Escapes text for roff (groff_man(7)): backslashes, hyphens, and dots at the beginning of a line. */
function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/gm, '\\&$&');
}

/** Makes the man page of the program from its commands. */
export function manPage(program: Command): string {
  const lines = [
    '.\\" Made by `npm run generate` from the commands; not to be edited.',
    '.TH LONGSHORE 1',
    '.SH NAME',
    `longshore \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    '.B longshore',
    '.I command',
    '[options]',
    '.SH COMMANDS',
    ...[...commandsOf(program)].flatMap(sectionOf),
    '.SH EXIT STATUS',
    ...Object.values(EXIT_CODES).flatMap(({ code, meaning }) => ['.TP', String(code), roff(meaning)]),
    '.SH ENVIRONMENT',
    roff('Each option with "env:" in its description is also read from that variable. NO_COLOR removes colours.'),
  ];
  return `${lines.join('\n')}\n`;
}

function sectionOf({ words, command }: CommandEntry): readonly string[] {
  if (words.length === 0 || command.commands.length > 0) return [];
  const help = command.createHelp();
  const parameters = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [
    `.SS ${roff(['longshore', ...words, ...parameters].join(' '))}`,
    roff(command.description()),
    ...command.registeredArguments.flatMap((argument) => [
      '.TP',
      `.I ${roff(argument.name())}`,
      roff(argument.description),
    ]),
    ...command.options.flatMap((option) => ['.TP', `.B ${roff(option.flags)}`, roff(help.optionDescription(option))]),
    '.PP',
    roff(exitCodesOf(words.join(' '))),
  ];
}
