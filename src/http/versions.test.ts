import assert from 'node:assert/strict';
import { test } from 'node:test';
import { version } from './operation.ts';
import type { OperationVersion } from './operation.ts';
import { NOTHING } from './schemas.ts';
import { chooseVersion, contentType, supersededHeaders, versionsOf } from './versions.ts';

const of = (name: OperationVersion['version']): OperationVersion =>
  version({ version: name, answers: NOTHING, handle: () => Promise.resolve({ status: 200 }) });
const ALL = [of('2024-05-30'), of('longshore-v1'), of('v1.0'), of('2023-01-01')];
const DATED = versionsOf('v2', ALL);
const dated = (date: string): string => `application/vnd.atlas.${date}+json`;
const chosen = (accept: string | undefined): string => chooseVersion('v2', DATED, accept).version;

test('each API serves its own versions, oldest first', () => {
  const names = (api: 'v1.0' | 'v2' | 'longshore') => versionsOf(api, ALL).map((entry) => entry.version);
  assert.deepEqual(names('v2'), ['2023-01-01', '2024-05-30']);
  assert.deepEqual(names('v1.0'), ['v1.0']);
  assert.deepEqual(names('longshore'), ['longshore-v1']);
});

test('the newest version not later than the requested date', () => {
  assert.equal(chosen(dated('2023-01-01')), '2023-01-01');
  assert.equal(chosen(dated('2024-05-29')), '2023-01-01');
  assert.equal(chosen(dated('2024-05-30')), '2024-05-30');
  assert.equal(chosen(dated('2999-12-31')), '2024-05-30');
  assert.equal(chosen(`text/html, ${dated('2024-02-29')};q=0.1`), '2023-01-01');
  assert.equal(chosen(`${dated('2022-01-01')}, ${dated('2023-06-01')}`), '2023-01-01');
});

test('an Accept header without a served date is 406', () => {
  const refused = [
    undefined,
    '',
    '*/*',
    'application/json',
    'application/vnd.atlas.preview+json',
    'application/vnd.atlas.2024-05-30+csv',
    dated('2022-12-31'),
    dated('2023-02-29'),
    dated('2024-13-01'),
    dated('20240530'),
    `${dated('2024-05-30')};q=0`,
  ];
  for (const accept of refused) {
    assert.throws(() => chosen(accept), { code: 'INVALID_VERSION_DATE', status: 406 }, accept ?? '(none)');
  }
});

test('the old API and the extension API take any Accept', () => {
  for (const accept of [undefined, 'text/html', dated('2024-05-30'), '*/*']) {
    assert.equal(chooseVersion('v1.0', versionsOf('v1.0', ALL), accept).version, 'v1.0');
    assert.equal(chooseVersion('longshore', versionsOf('longshore', ALL), accept).version, 'longshore-v1');
  }
});

test('the Content-Type names the version that answered', () => {
  assert.equal(contentType('2024-05-30'), 'application/vnd.atlas.2024-05-30+json;charset=utf-8');
  assert.equal(contentType('v1.0'), 'application/json');
  assert.equal(contentType('longshore-v1'), 'application/json');
});

test('a superseded version carries Deprecation and Sunset', () => {
  const superseded = { deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };
  assert.deepEqual(supersededHeaders({ ...of('2023-01-01'), superseded }), superseded);
  assert.deepEqual(supersededHeaders(of('2023-01-01')), {});
});
