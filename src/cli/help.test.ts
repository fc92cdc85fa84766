import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../kernel/clock.ts';
import { commandsOf } from './command-tree.ts';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

// What every command's help has.

/** The help of a command as users see it, with the texts that are added to it. */
function helpsOf(): readonly { readonly name: string; readonly isGroup: boolean; readonly help: string }[] {
  let text = '';
  const sink = { write: (more: string) => void (text += more) };
  const program = buildProgram({
    terminal: createTerminal(sink, sink, {}),
    clock: systemClock,
    signal: new AbortController().signal,
    environment: {},
  });
  return [...commandsOf(program)].map(({ words, command }) => {
    text = '';
    command.configureOutput({ writeOut: sink.write }).outputHelp();
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
