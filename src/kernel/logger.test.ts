import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, redactText, type LogLevel } from './logger.ts';

function capture(level: LogLevel = 'info') {
  const lines: string[] = [];
  return { lines, log: createLogger({ level, destination: { write: (line: string) => void lines.push(line) } }) };
}

test('a line is one JSON object with level, time, message and fields', () => {
  const { lines, log } = capture();
  log.info('snapshot completed', { snapshotId: '64', documents: 3 });
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.equal(lines.length, 1);
  assert.equal(line['level'], 'info');
  assert.equal(line['message'], 'snapshot completed');
  assert.equal(line['snapshotId'], '64');
  assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT/);
});

test('lines below the level are not written', () => {
  const { lines, log } = capture('warn');
  log.info('quiet');
  log.warn('heard');
  assert.equal(lines.length, 1);
});

test('the fields of a line below the level are not read, because most requests have one', () => {
  const { lines, log } = capture('info');
  const fields = {
    get path(): string {
      throw new Error('read');
    },
  };
  log.debug('request answered', fields);
  assert.throws(() => log.info('request answered', fields), /read/);
  assert.deepEqual(lines, []);
});

test('secrets do not reach the line, at whatever depth', () => {
  const { lines, log } = capture();
  const cause = new Error('cannot reach mongodb://root:hunter2@db.example:27017/?tls=true');
  log.error('failed', {
    privateKey: 'hunter2',
    Authorization: 'Digest hunter2',
    clientSecret: 'hunter2',
    nested: { list: [{ password: 'hunter2' }] },
    error: new Error('outer', { cause }),
  });
  assert.doesNotMatch(lines.join(''), /hunter2/);
  assert.match(lines.join(''), /db\.example:27017/);
});

test('only the user part of a URI is removed', () => {
  assert.equal(redactText('mongodb+srv://u:p%40@h/db'), 'mongodb+srv://[redacted]@h/db');
  assert.equal(redactText('http://127.0.0.1:8080/a@b'), 'http://127.0.0.1:8080/a@b');
});
