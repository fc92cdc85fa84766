import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialsText } from './first-start.ts';
import { widthOf } from './fold.ts';
import { createTerminal } from './terminal.ts';

const PROFILE = {
  url: 'http://127.0.0.1:8080',
  orgId: '66b5c0ffee0123456789abc0',
  groupId: '66b5c0ffee0123456789abc1',
  publicKey: 'abcdefgh',
  privateKey: '11111111-2222-3333-4444-555555555555',
  roleId: '66b5c0ffee0123456789abc2',
};

test('on a narrow terminal, what a first start says is folded, and the request stays in lines that can be pasted', () => {
  const sink = { write: () => undefined, isTTY: true, columns: 60 };
  const text = credentialsText(createTerminal(sink, sink, { NO_COLOR: '1' }), PROFILE, '/data/profile.json');
  const [facts = '', request = ''] = text.split(/(?=^ {2}curl )/m);
  assert.deepEqual(
    facts.split('\n').filter((line) => widthOf(line) > sink.columns),
    [],
  );
  const lines = request.trimEnd().split('\n');
  assert.equal(lines.length, 4);
  assert.ok(lines.slice(0, -1).every((line) => line.endsWith(' \\')));
});
