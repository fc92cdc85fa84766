import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../support/digest-client.ts';
import { compare, settle } from './compare.ts';
import type { Recording } from './recording.ts';

const GROUP = 'b0123456789abcdef012345b';
const OUR_GROUP = '6a793f752c88faeba59bba56';

const recording: Recording = {
  name: 'a test GET 200',
  test: 'a test',
  method: 'GET',
  path: '/api/atlas/v2/groups/{groupId}',
  status: 200,
  headers: { 'Content-Type': 'application/vnd.atlas.2023-01-01+json;charset=utf-8', 'Ratelimit-Limit': '1200' },
  listLengths: {},
  body: {
    authorizedDate: null,
    created: '2026-08-10T03:05:16Z',
    groupId: GROUP,
    links: [{ href: `http://localhost:8080/api/atlas/v2/groups/${GROUP}?pageNum=1`, rel: 'self' }],
    privateKey: '<uuid v4, shown in full>',
    storageSizeBytes: 4711,
  },
};

const headers = {
  'content-type': 'application/vnd.atlas.2023-01-01+json;charset=utf-8',
  'ratelimit-limit': '1200',
};
const body = {
  authorizedDate: null,
  created: '2030-01-01T00:00:00Z',
  groupId: OUR_GROUP,
  links: [{ href: `http://127.0.0.1:41234/api/atlas/v2/groups/${OUR_GROUP}?pageNum=1`, rel: 'self' }],
  privateKey: 'b63a96a9-5e21-4eee-9902-a3cdc7a0d81e',
  storageSizeBytes: 12,
};

const differences = (ours: object, ourHeaders: Record<string, string> = headers, status = 200) =>
  compare(recording, new Reply(status, ourHeaders, JSON.stringify(ours))).map(({ at, kind }) => `${kind} ${at}`);

test('other ids, times, hosts, keys and sizes are no difference', () => {
  assert.deepEqual(differences(body), []);
});

const { created, ...withoutCreated } = body;
const cases: readonly (readonly [string, object, string[]])[] = [
  ['a key that is missing', withoutCreated, ['absent /created']],
  ['a key too many', { ...body, region: 'x' }, ['extra /region']],
  ['another order of keys', { ...withoutCreated, created }, ['order ']],
  ['text where null was', { ...body, authorizedDate: '2030-01-01T00:00:00Z' }, ['value /authorizedDate']],
  ['milliseconds in a time', { ...body, created: '2030-01-01T00:00:00.000Z' }, ['value /created']],
  ['an id in upper case', { ...body, groupId: OUR_GROUP.toUpperCase() }, ['value /groupId']],
  ['two ids where one was', { ...body, groupId: OUR_GROUP.replace('6', '7') }, ['value /links/0/href']],
  ['another path', { ...body, links: [{ href: 'http://h/x', rel: 'self' }] }, ['value /links/0/href']],
  ['another list length', { ...body, links: [] }, ['length /links']],
  ['a text for a number', { ...body, storageSizeBytes: '12' }, ['value /storageSizeBytes']],
  ['nothing where something was', { ...body, storageSizeBytes: 0 }, ['value /storageSizeBytes']],
  ['a masked key for a full one', { ...body, privateKey: '********-****-****-a3cdc7a0d81e' }, ['value /privateKey']],
];
for (const [name, ours, expected] of cases) {
  test(`reports ${name}`, () => {
    assert.deepEqual(differences(ours).sort(), [...expected].sort());
  });
}

test('reports status and headers', () => {
  assert.deepEqual(differences(body, { 'content-type': 'application/json', vary: 'Accept-Encoding' }, 201), [
    'value status',
    'value header:Content-Type',
    'absent header:Ratelimit-Limit',
    'extra header:Vary',
  ]);
});

test('the first elements stand for all of a list that was kept in part', () => {
  const list = { ...recording, listLengths: { results: 100 }, body: { results: [{ id: GROUP }, { id: OUR_GROUP }] } };
  const reply = (results: object[]) => compare(list, new Reply(200, headers, JSON.stringify({ results })));
  assert.deepEqual(reply(Array.from({ length: 5 }, () => ({ id: GROUP }))), []);
  assert.deepEqual(
    reply([{ id: GROUP }, { id: GROUP }, { id: 'x' }]).map(({ at }) => at),
    ['/results/2/id'],
  );
});

test('a permission that is not needed any more is reported', () => {
  const needed = { at: '/a', kind: 'extra', because: 'needed' } as const;
  const obsolete = { at: '/b', kind: 'extra', because: 'not needed' } as const;
  const difference = { at: '/a', kind: 'extra' } as const;
  const other = { at: '/a', kind: 'value' } as const;
  assert.deepEqual(settle([difference, other], [needed, obsolete]), { unexpected: [other], obsolete: [obsolete] });
});
