import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress } from './progress.ts';
import { createTerminal, type TextSink } from './terminal.ts';

function sink(isTTY: boolean): TextSink & { text: string } {
  const made = { text: '', isTTY, write: (text: string) => void (made.text += text) };
  return made;
}

function progressing(isTTY: boolean, environment: Record<string, string> = {}) {
  const [out, err] = [sink(isTTY), sink(isTTY)];
  let now = 0;
  const clock = { now: () => (now += 1000) };
  return { out, err, progress: createProgress(createTerminal(out, err, environment), 'export', clock) };
}

test('elsewhere than on a terminal there is a line for each change, and no escape sequence', () => {
  const { out, err, progress } = progressing(false);
  progress.update({ state: 'Queued' });
  progress.update({ state: 'Queued', done: 0, total: 0 });
  progress.update({ state: 'InProgress', done: 1, total: 9 });
  progress.update({ state: 'InProgress', done: 1, total: 9 });
  progress.update({ state: 'Successful', done: 9, total: 9 });
  progress.end();
  assert.match(
    err.text,
    /^export: Queued \(.*\)\nexport: InProgress, 1 of 9 collections \(.*\)\nexport: Successful, 9 of 9 collections \(.*\)\n$/,
  );
  assert.equal(out.text, '');
});

test('on a terminal a bar is drawn over itself, and taken away at the end', () => {
  const { out, err, progress } = progressing(true);
  progress.update({ state: 'InProgress', done: 3, total: 9 });
  assert.match(err.text, /█{8}░{16}/);
  assert.ok(!err.text.includes('\n'));
  progress.end();
  assert.ok(err.text.endsWith('\r\u001B[K'));
  assert.equal(out.text, '');
});

test('NO_COLOR takes the colors away, and only them', () => {
  const { err, progress } = progressing(true, { NO_COLOR: '1' });
  progress.update({ state: 'InProgress', done: 9, total: 9 });
  assert.match(err.text, /█{24}/);
  assert.ok(!err.text.includes('\u001B[36m'));
});
