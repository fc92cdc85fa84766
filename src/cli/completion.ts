import type { Command } from 'commander';
import { commandsOf, flagsOfOption, type CommandEntry } from './command-tree.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The words that may follow a command: the commands below it, the choices of its arguments, and its options. */
function wordsAfter({ command }: CommandEntry): readonly string[] {
  const below = command.commands.map((child) => child.name());
  return [...below, ...argumentChoices(command), ...command.options.flatMap(flagsOfOption), '--help'];
}

function argumentChoices({ registeredArguments }: Command): readonly string[] {
  return registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
}

/** The pattern of a `case` for each option with choices, and its choices. */
function choicesAfter({ words, command }: CommandEntry): readonly string[] {
  return command.options.flatMap((option) => {
    const patterns = flagsOfOption(option).map((flag) => JSON.stringify([...words, flag].join(' ')));
    return option.argChoices === undefined
      ? []
      : [`    ${patterns.join('|')}) words="${option.argChoices.join(' ')}" ;;\n`];
  });
}

/** A script for the shell that completes commands, options and their choices. It names no thing of a server. */
export function completionScript(program: Command, shell: Shell): string {
  const entries = [...commandsOf(program)];
  if (shell === 'fish') return fishScript(entries);
  const cases = entries
    .map(
      (entry) =>
        `    ${JSON.stringify(entry.words.join(' '))}) words=${JSON.stringify(wordsAfter(entry).join(' '))} ;;\n`,
    )
    .join('');
  const choices = entries.flatMap(choicesAfter).join('');
  const bash = `# Completes commands, options and choices of longshore. Made by: longshore completion ${shell}
_longshore() {
  local group="\${COMP_WORDS[1]}" path="" words=""
  [ "$COMP_CWORD" -gt 1 ] && path="$group"
  case " ${groupsOf(entries).join(' ')} " in
    *" $group "*) [ "$COMP_CWORD" -gt 2 ] && path="$group \${COMP_WORDS[2]}" ;;
  esac
  case "$path" in
${cases}  esac
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${choices}  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _longshore longshore
`;
  return shell === 'bash' ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

/** The commands that have commands below them. */
function groupsOf(entries: readonly CommandEntry[]): readonly string[] {
  return entries.flatMap(({ words, command }) => (words.length === 1 && command.commands.length > 0 ? words : []));
}

function fishScript(entries: readonly CommandEntry[]): string {
  const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = entries.flatMap(({ words, command }) => {
    const condition = quoted(
      words.length === 0
        ? '__fish_use_subcommand'
        : words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and '),
    );
    const begin = `complete -c longshore -n ${condition}`;
    return [
      ...command.commands.map((child) => `${begin} -f -a ${child.name()} -d ${quoted(child.description())}`),
      ...argumentChoices(command).map((choice) => `${begin} -f -a ${choice}`),
      ...command.options.flatMap(({ long, description, argChoices }) => {
        if (typeof long !== 'string') return [];
        const choices = argChoices === undefined ? '' : ` -x -a ${quoted(argChoices.join(' '))}`;
        return [`${begin} -l ${long.slice(2)}${choices} -d ${quoted(description)}`];
      }),
    ];
  });
  return `# Completes commands, options and choices of longshore. Made by: longshore completion fish\n${lines.join('\n')}\n`;
}
