import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { NameFilter } from './name-filter.ts';

const names = Array.from({ length: 20_000 }, (_, number) => createHash('sha256').update(`${number}`).digest('hex'));

for (const expected of [0, 100, 10_000]) {
  test(`a filter that expects ${expected} names never lacks one of 10,000`, () => {
    const filter = new NameFilter(expected);
    for (const name of names.slice(0, 10_000)) filter.add(name);
    assert.ok(names.slice(0, 10_000).every((name) => filter.mayHave(name)));
  });
}

test('a filter of the right size takes few other names for its own, and another filter takes others', () => {
  const [one, two] = [new NameFilter(10_000), new NameFilter(10_000)];
  for (const name of names.slice(0, 10_000)) {
    one.add(name);
    two.add(name);
  }
  const errors = names.slice(10_000).filter((name) => one.mayHave(name));
  assert.ok(errors.length < 100, `${errors.length} of 10,000`);
  assert.ok(errors.filter((name) => two.mayHave(name)).length <= errors.length / 2 + 1);
});
