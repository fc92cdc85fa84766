import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../kernel/clock.ts';
import { commandsOf } from './command-tree.ts';
import { FAILURES } from './exit-codes.ts';
import { widthOf } from './fold.ts';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

// What every command's help has.

/** The name of an option is not folded, because it is one thing. */
const IS_FLAG = /^ {2}-\S+ <\S+>$/;

/** The help of a command as users see it, with the texts that are added to it. */
function helpsOf(
  columns?: number,
): readonly { readonly name: string; readonly isGroup: boolean; readonly help: string }[] {
  let text = '';
  const sink = { write: (more: string) => void (text += more), columns };
  const program = buildProgram({
    terminal: createTerminal(sink, sink, {}),
    clock: systemClock,
    signal: new AbortController().signal,
    environment: {},
  });
  return [...commandsOf(program)].map(({ words, command }) => {
    text = '';
    command.outputHelp();
    return { name: ['longshore', ...words].join(' '), isGroup: command.commands.length > 0, help: text };
  });
}

test('every command has an example that begins with it, and no option is without words or has an empty default', () => {
  const helps = helpsOf();
  assert.ok(helps.length > 60);
  for (const { name, isGroup, help } of helps) {
    if (!isGroup) assert.ok(help.split('\nExamples:\n')[1]?.includes(name), `${name} has no example`);
    assert.doesNotMatch(help, /\(default: (\[\]|false|"")/, name);
    assert.doesNotMatch(help, /^ {2}-\S+( <[^>]+>)?\n {2}\S/m, `${name} has an option without words`);
    assert.doesNotMatch(
      help,
      /^ {2}-.* <[a-z:-]+> {2,}/m,
      `${name} has a placeholder of an option that is not in capitals`,
    );
  }
});

test('every command says its exit codes, and the table of failures names only commands', () => {
  const helps = helpsOf().filter(({ isGroup }) => !isGroup);
  for (const { name, help } of helps) assert.match(help, /\n\nExit codes: .*`longshore --help`\.\n$/, name);
  const failing = helps.filter(({ help }) => help.includes('\nExit codes: 1 if '));
  assert.deepEqual(
    failing.map(({ name }) => name.replace('longshore ', '')).toSorted(),
    Object.keys(FAILURES).toSorted(),
  );
});

test('every help fits terminals of 40 and 80 columns, except the commands of its examples', () => {
  for (const columns of [40, 80, undefined]) {
    for (const { name, help } of helpsOf(columns)) {
      const [text = '', , codes = ''] = help.split(/\n(Examples|Exit codes):\n/);
      const wide = `${text}\n${columns === undefined || help.includes('Examples:') ? '' : codes}`
        .split('\n')
        .filter((line) => widthOf(line) > (columns ?? 80) && line.trim().includes(' ') && !IS_FLAG.test(line));
      assert.deepEqual(wide, [], `${name}, ${columns ?? 'no'} columns`);
    }
  }
});

test('a text beside the name of its option becomes narrower, and stands below the name where there is too little room', () => {
  const helpOf = (columns: number): string =>
    helpsOf(columns).find(({ name }) => name === 'longshore completion')?.help ?? '';
  assert.match(helpOf(80), /^ {2}-h, --help {2}display help for command$/m);
  assert.match(helpOf(40), /^ {2}-h, --help\n {6}display help for command$/m);
  assert.match(helpOf(40), /^print a script that completes commands,\noptions and their choices in a shell$/m);
});
