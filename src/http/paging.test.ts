import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../kernel/json.ts';
import type { ApiReply, ApiRequest } from './operation.ts';
import { listReply, parsePage } from './paging.ts';
import { parseTarget } from './target.ts';

const BASE = 'http://localhost:8080/api/atlas/v2/groups';

function list(queryText: string, totalCount: number, results: readonly JsonObject[] = []): ApiReply {
  const { query } = parseTarget(`/api/atlas/v2/groups${queryText}`);
  const request: ApiRequest<unknown> = {
    api: 'v2',
    caller: {
      kind: 'apiKey',
      id: '5f0000000000000000000031',
      publicKey: 'abcdefgh',
      orgId: '5f0000000000000000000001',
      roles: [],
      accessList: [],
      accessListRequired: false,
    },
    address: '192.0.2.7',
    body: undefined,
    bytes: () => assert.fail('there is no stream'),
    param: () => '',
    query: (name) => query.first(name),
    flag: (_name, fallback) => fallback,
    page: () => parsePage(query),
    url: { path: BASE, query },
    link: (path) => path,
    linkBeside: (path) => path,
  };
  return listReply(request, { results, totalCount });
}

const links = (queryText: string, totalCount: number): readonly (readonly [string, string])[] => {
  const body = list(queryText, totalCount).body as { links: readonly { href: string; rel: string }[] };
  return body.links.map(({ href, rel }) => [rel, href.slice(BASE.length)]);
};

test('the only page links only to itself', () => {
  assert.deepEqual(list('', 1, [{ a: 1 }]), {
    status: 200,
    body: { links: [{ href: `${BASE}?pageNum=1&itemsPerPage=100`, rel: 'self' }], results: [{ a: 1 }], totalCount: 1 },
  });
});

test('links begin with the client’s other parameters, and the order of pageNum and itemsPerPage depends on the link', () => {
  assert.deepEqual(links('?includeCount=true&itemsPerPage=100&pageNum=1', 2508), [
    ['self', '?includeCount=true&pageNum=1&itemsPerPage=100'],
    ['next', '?includeCount=true&itemsPerPage=100&pageNum=2'],
  ]);
  assert.deepEqual(links('?name=', 0), [['self', '?name=&pageNum=1&itemsPerPage=100']]);
});

test('a middle page links to both neighbours, the last page and a page behind it only to the previous one', () => {
  const rels = (queryText: string) => links(queryText, 5).map(([rel]) => rel);
  assert.deepEqual(rels('?itemsPerPage=2&pageNum=2'), ['self', 'previous', 'next']);
  assert.deepEqual(rels('?itemsPerPage=2&pageNum=3'), ['self', 'previous']);
  assert.deepEqual(rels('?itemsPerPage=5'), ['self']);
  assert.deepEqual(rels('?itemsPerPage=2&pageNum=9'), ['self', 'previous']);
});

test('includeCount=false drops totalCount and keeps the links', () => {
  const { body } = list('?includeCount=false&itemsPerPage=1', 2);
  assert.deepEqual(Object.keys(body as JsonObject), ['links', 'results']);
  assert.equal(links('?includeCount=false&itemsPerPage=1', 2).length, 2);
});

test('the offset is the number of rows before the page', () => {
  assert.deepEqual(parsePage(parseTarget('/?pageNum=3&itemsPerPage=500').query), {
    pageNum: 3,
    itemsPerPage: 500,
    includeCount: true,
    offset: 1000,
  });
});

for (const [name, value] of [
  ['pageNum', '0'],
  ['pageNum', '-1'],
  ['pageNum', '1.5'],
  ['pageNum', '1e3'],
  ['pageNum', '99999999999'],
  ['itemsPerPage', '501'],
  ['itemsPerPage', '0'],
  ['itemsPerPage', 'all'],
  ['includeCount', 'yes'],
] as const) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(() => parsePage(parseTarget(`/?${name}=${value}`).query), {
      code: 'INVALID_QUERY_PARAMETER',
      status: 400,
      parameters: [name],
    });
  });
}
