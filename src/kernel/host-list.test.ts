import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDomain, permittingEntry } from './host-list.ts';

const list = ['*.db.example', 'a.example:27018', 'b.example', 'x.db.example', '[::1]'];

test('a list says which hosts, with or without their ports, and which domains', () => {
  const permitted: readonly [host: string, entry: string][] = [
    ['a.example:27018', 'a.example:27018'],
    ['A.Example:27018', 'a.example:27018'],
    ['b.example', 'b.example'],
    ['b.example:1', 'b.example'],
    ['y.db.example:27017', '*.db.example'],
    ['x.db.example', 'x.db.example'],
    ['[::1]:27017', '[::1]'],
  ];
  for (const [host, entry] of permitted) assert.equal(permittingEntry(host, list), entry, host);
  const refused = [
    'a.example',
    'a.example:27017',
    'c.b.example',
    'db.example',
    'xdb.example',
    'localhost',
    '*.db.example.org',
  ];
  for (const host of refused) assert.equal(permittingEntry(host, list), undefined, host);
});

test('an entry names a host or a domain', () => {
  assert.deepEqual(list.map(isDomain), [true, false, false, false, false]);
});
