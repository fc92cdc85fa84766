import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, texts } from '../support/json.ts';
import { Project, dated } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectError } from './expect.ts';

const TOTAL = 7;

let service: Service;
let project: Project;
const ids: string[] = [];
before(async () => {
  service = await startService();
  project = await Project.create(service.client, service.orgId, 'paging');
  const role = await project.role();
  for (let count = 0; count < TOTAL; count++) ids.push(await project.bucket('paged', role));
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

interface Case {
  readonly query: string;
  readonly ids: readonly [from: number, to: number];
  /** rel and query, in this order. */
  readonly links: readonly (readonly [string, string])[];
}

const cases: readonly Case[] = [
  { query: '', ids: [0, 7], links: [['self', '?pageNum=1&itemsPerPage=100']] },
  { query: '?', ids: [0, 7], links: [['self', '?pageNum=1&itemsPerPage=100']] },
  {
    query: '?itemsPerPage=3',
    ids: [0, 3],
    links: [
      ['self', '?pageNum=1&itemsPerPage=3'],
      ['next', '?itemsPerPage=3&pageNum=2'],
    ],
  },
  {
    query: '?itemsPerPage=3&pageNum=2',
    ids: [3, 6],
    links: [
      ['self', '?pageNum=2&itemsPerPage=3'],
      ['previous', '?itemsPerPage=3&pageNum=1'],
      ['next', '?itemsPerPage=3&pageNum=3'],
    ],
  },
  {
    query: '?pageNum=3&itemsPerPage=3',
    ids: [6, 7],
    links: [
      ['self', '?pageNum=3&itemsPerPage=3'],
      ['previous', '?itemsPerPage=3&pageNum=2'],
    ],
  },
  { query: '?itemsPerPage=7', ids: [0, 7], links: [['self', '?pageNum=1&itemsPerPage=7']] },
  {
    query: '?pageNum=1&includeCount=true&itemsPerPage=500&pretty=false',
    ids: [0, 7],
    links: [['self', '?includeCount=true&pretty=false&pageNum=1&itemsPerPage=500']],
  },
];

for (const api of ['v1.0', 'v2']) {
  for (const { query, ids: range, links } of cases) {
    test(`${api} exportBuckets${query}`, async () => {
      const path = `/api/atlas/${api}/groups/${project.groupId}/backup/exportBuckets`;
      const reply = await service.client.send({ target: path + query, headers: dated('2024-05-30') });
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(texts(reply.list('/results'), '_id'), ids.slice(...range));
      assert.equal(at(reply.json, '/totalCount'), TOTAL);
      assert.deepEqual(
        reply.list('/links'),
        links.map(([rel, suffix]) => ({ href: `${service.url}${path}${suffix}`, rel })),
      );
    });
  }
}

test('a page behind the last is empty and still knows the total', async () => {
  const reply = await project.send('GET', '/backup/exportBuckets?pageNum=99');
  assert.deepEqual([reply.list('/results'), at(reply.json, '/totalCount')], [[], TOTAL]);
  assert.deepEqual(texts(reply.list('/links'), 'rel').includes('next'), false);
});

test('includeCount=false leaves the total out', async () => {
  const reply = await project.send('GET', '/backup/exportBuckets?includeCount=false');
  assert.deepEqual(Object.keys(reply.json as object), ['links', 'results']);
});

test('following next leads through all pages once', async () => {
  const seen: string[] = [];
  let target: string | undefined = project.path('/backup/exportBuckets?itemsPerPage=2');
  while (target !== undefined) {
    const reply = await service.client.send({ target, headers: dated('2024-05-30') });
    seen.push(...texts(reply.list('/results'), '_id'));
    const rels = texts(reply.list('/links'), 'rel');
    const next = texts(reply.list('/links'), 'href')[rels.indexOf('next')];
    target = next?.slice(service.url.length);
  }
  assert.deepEqual(seen, ids);
});

for (const [name, values] of [
  ['pageNum', ['0', '-1', '1.5', 'x', '99999999999999999999']],
  ['itemsPerPage', ['0', '501', '-1', 'x']],
  ['includeCount', ['maybe', '1']],
  ['pretty', ['maybe']],
] as const) {
  for (const value of values) {
    test(`${name}=${value} is refused`, async () => {
      const target = project.path(`/backup/exportBuckets?${name}=${value}`);
      expectError(await service.client.send({ target, headers: dated('2024-05-30') }), {
        status: 400,
        code: 'INVALID_QUERY_PARAMETER',
        parameters: [name],
        detail: `The query parameter ${name} has a value that is not valid.`,
      });
    });
  }
}
