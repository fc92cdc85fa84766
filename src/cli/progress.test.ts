import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress } from './progress.ts';
import { createTerminal, type TextSink } from './terminal.ts';

function sink(isTTY: boolean, columns?: number): TextSink & { text: string } {
  const made = { text: '', isTTY, columns, write: (text: string) => void (made.text += text) };
  return made;
}

function progressing(isTTY: boolean, environment: Record<string, string> = {}, columns?: number) {
  const [out, err] = [sink(isTTY), sink(isTTY, columns)];
  let now = 0;
  const clock = { now: () => (now += 1000) };
  return { out, err, progress: createProgress(createTerminal(out, err, environment), 'export', clock) };
}

test('without a terminal, each change is a line without escape sequences', () => {
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

test('on a terminal, a bar is redrawn in place and removed at the end', () => {
  const { out, err, progress } = progressing(true);
  progress.update({ state: 'InProgress', done: 3, total: 9 });
  assert.match(err.text, /█{8}░{16}/);
  assert.ok(!err.text.includes('\n'));
  progress.end();
  assert.ok(err.text.endsWith('\r\u001B[K'));
  assert.equal(out.text, '');
});

test('NO_COLOR removes only the colors', () => {
  const { err, progress } = progressing(true, { NO_COLOR: '1' });
  progress.update({ state: 'InProgress', done: 9, total: 9 });
  assert.match(err.text, /█{24}/);
  assert.ok(!err.text.includes('\u001B[36m'));
});

test('no bar is drawn while the total is unknown', () => {
  const { err, progress } = progressing(true);
  progress.update({ state: 'queued' });
  assert.match(err.text, /^\r\u001B\[Kexport {2}queued {2}\d\.0 s$/);
});

const WAITING = {
  errorCode: 'OBJECT_STORE_FULL',
  message: 'the disk is full. Free \u001Bspace.',
  failures: 1,
  nextAttemptAt: new Date(14_000).toISOString(),
};

test('the reason of waiting is printed once for each failed attempt, on a terminal above the bar', () => {
  for (const isTTY of [false, true]) {
    const { err, progress } = progressing(isTTY);
    progress.update({ state: 'InProgress', waiting: WAITING });
    progress.update({ state: 'InProgress', waiting: { ...WAITING, nextAttemptAt: new Date(15_000).toISOString() } });
    progress.update({ state: 'InProgress' });
    progress.update({ state: 'InProgress', waiting: { ...WAITING, failures: 2 } });
    const waits = err.text.match(
      /(?<=^|\n|\r\u001B\[K)export waits: the disk is full\. Free \\u\{1b\}space\. Next try at \d\d:\d\d:\d\d \((in \d+(\.\d)? s|now)\)\.\n/g,
    );
    assert.equal(waits?.length, 2, err.text);
    assert.match(waits[0], /\(in \d+ s\)/);
    assert.match(err.text, /InProgress, waits/);
  }
});

test('text that does not fit a narrow terminal is left out, because a wrapped line cannot be removed', () => {
  for (const columns of [20, 40, 58, 70, 100]) {
    const { err, progress } = progressing(true, { NO_COLOR: '1' }, columns);
    progress.update({ state: 'InProgress', done: 3, total: 9 });
    const line = err.text.replace('\r\u001B[K', '');
    assert.ok(line.length < columns, `${line.length} characters in ${columns} columns`);
    assert.match(line, /^export {2}/);
    assert.equal(line.includes('█'), columns > 58, `the bar in ${columns} columns`);
  }
});

test('figures tell what is read and stored, how fast, and how long it takes, as far as they fit', () => {
  const shown = (isTTY: boolean, columns: number, environment: Record<string, string> = { NO_COLOR: '1' }): string => {
    const [out, err] = [sink(isTTY), sink(isTTY, columns)];
    const clock = { ms: 0, now: () => clock.ms };
    const progress = createProgress(createTerminal(out, err, environment), 'snapshot', clock);
    for (const bytes of [0, 100e6, 199e6]) {
      clock.ms += 2000;
      const figures = { documents: 5000, bytes, totalBytes: 398e6, newStoredBytes: 3e6 };
      progress.update({ state: 'inProgress', done: 1, total: 4, figures });
    }
    progress.end();
    return err.text.replaceAll('\r\u001B[K', '\n');
  };
  const all =
    'inProgress, read 199.0 MB of 398.0 MB, stored 3.0 MB new, 49.8 MB/s, 4.0 s left, 5,000 documents, 1 of 4 collections';
  assert.ok(
    shown(true, 200).includes(`snapshot  ${'█'.repeat(12)}${'░'.repeat(12)}  ${all}  6.0 s\n`),
    shown(true, 200),
  );
  assert.match(
    shown(true, 80),
    /\nsnapshot {2}█{6}░{6} {2}inProgress, read 199\.0 MB of 398\.0 MB, 49\.8 MB\/s {2}6\.0 s\n/,
  );
  assert.match(shown(true, 40), /\nsnapshot {2}inProgress, 49\.8 MB\/s {2}6\.0 s\n/);
  assert.match(shown(true, 80, { NO_COLOR: '1', LANG: 'C' }), /#{6}-{6}/);
  assert.equal(shown(false, 80).split('\n').length - 1, 2, 'the first line and the last');
});
