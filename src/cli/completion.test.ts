import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { isOnPath } from '../../test/support/is-on-path.ts';
import { systemClock } from '../kernel/clock.ts';
import { commandsOf } from './command-tree.ts';
import { completionScript } from './completion.ts';
import { manPage } from './man-page.ts';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

const sink = { write: () => undefined };
const program = buildProgram({
  terminal: createTerminal(sink, sink, {}),
  clock: systemClock,
  signal: new AbortController().signal,
  environment: {},
});

test('bash completes groups, commands and options', { skip: !isOnPath('bash') }, () => {
  const completed = (...words: readonly string[]): string => {
    const typed = ['longshore', ...words].map((word) => JSON.stringify(word)).join(' ');
    const script = `${completionScript(program, 'bash')}
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _longshore; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-euc', script], { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout.trim();
  };
  assert.equal(completed('ex'), 'export');
  assert.equal(completed('export', 'ca'), 'cancel');
  assert.equal(completed('export', 'create', 'Cluster0', '--bu'), '--bucket');
  assert.equal(completed('serve', '--dump'), '--dump-root');
  assert.equal(completed('restore', 'Cluster0', '--if-exists', ''), 'fail drop merge skip');
  assert.equal(completed('cluster', 'update', 'Cluster0', '--when-history-ends', 'fa'), 'fail fall-back');
  assert.equal(completed('completion', 'z'), 'zsh');
});

test('zsh gets the script of bash, and fish one of its own', () => {
  assert.match(completionScript(program, 'zsh'), /^autoload -U \+X bashcompinit && bashcompinit\n/);
  const fish = completionScript(program, 'fish');
  assert.match(fish, /^complete -c longshore -n '__fish_use_subcommand' -f -a export -d '/m);
  assert.match(fish, /-n '__fish_seen_subcommand_from completion' -f -a zsh$/m);
  assert.match(fish, /-l if-exists -x -a 'fail drop merge skip' -d '/);
  assert.match(fish, /-n '__fish_seen_subcommand_from export; and __fish_seen_subcommand_from create' -l bucket -d '/);
});

test('help and the man page tell the defaults of options, and no empty ones', () => {
  const page = manPage(program);
  assert.match(page, /how long the snapshot is kept \(default: 7\)/);
  const helps = [...commandsOf(program)].map(({ command }) => command.helpInformation());
  for (const text of [page, ...helps]) assert.doesNotMatch(text, /default:\s+(""|\[\])/);
});

test('the man page has every command, and no line that roff would take for a request', () => {
  const page = manPage(program);
  assert.match(page, /^\.SS longshore export create <cluster>$/m);
  for (const [line] of page.matchAll(/^\..*$/gm)) assert.match(line, /^\.(\\"|TH|SH|SS|B|I|TP|PP)( |$)/);
});
