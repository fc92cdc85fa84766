import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServerLogger, logLineAsText } from './log-lines.ts';

test('a line for people has the time of day, the level, the message and the fields', () => {
  const line = {
    level: 'info',
    time: '2026-08-10T03:28:25.001Z',
    message: 'request answered',
    status: 200,
    path: '/a b',
  };
  assert.equal(logLineAsText(JSON.stringify(line)), '03:28:25.001 info  request answered status=200 path="/a b"\n');
});

test('the format follows the settings, and auto follows the terminal', () => {
  const written = (logFormat: 'auto' | 'json' | 'text', isTTY: boolean): string => {
    let text = '';
    const sink = { isTTY, write: (more: string) => void (text += more) };
    createServerLogger({ logLevel: 'info', logFormat }, sink).info('hello');
    return text;
  };
  assert.match(written('json', true), /^\{.*\}\n$/);
  assert.match(written('auto', false), /^\{.*\}\n$/);
  assert.match(written('auto', true), / info {2}hello\n$/);
  assert.match(written('text', false), / info {2}hello\n$/);
});
