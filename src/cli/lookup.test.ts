import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { choose, type Kind } from './lookup.ts';

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
}

const THINGS: readonly Thing[] = [
  { id: '6b0a90fae750ee57be964818', name: 'nightly', done: false },
  { id: '6b0a90fbe750ee57be964819', name: 'weekly', done: true },
  { id: '7b0a90fbe750ee57be964819', name: 'weekly', done: true },
  { id: '5b0a90fbe750ee57be964819', name: '7b0a', done: true },
];
const KIND: Kind<Thing> = {
  noun: 'thing',
  place: 'of the project',
  idOf: ({ id }) => id,
  namesOf: ({ name }) => [name],
  latest: (things) => things.find(({ done }) => done),
  latestNoun: 'finished thing',
};
const chosen = (wanted: string, things = THINGS): string => choose(things, wanted, KIND).id;

function refusal(wanted: string, things = THINGS): string {
  try {
    return chosen(wanted, things);
  } catch (thrown) {
    assert.ok(thrown instanceof AppError);
    return `${thrown.code} ${thrown.message} ${thrown.hint ?? ''}`;
  }
}

test('finds by id, name, latest and the beginning of an id, in this order', () => {
  assert.equal(chosen('6b0a90fae750ee57be964818'), '6b0a90fae750ee57be964818');
  assert.equal(chosen('nightly'), '6b0a90fae750ee57be964818');
  assert.equal(chosen('latest'), '6b0a90fbe750ee57be964819');
  assert.equal(chosen('6b0a90fa'), '6b0a90fae750ee57be964818');
  assert.equal(chosen('7b0a'), '5b0a90fbe750ee57be964819', 'a name comes before the beginning of an id');
});

test('what is ambiguous or not there is refused with the candidates', () => {
  assert.match(
    refusal('6b0a'),
    /^AMBIGUOUS_NAME "6b0a" may be one of 2 things .*: nightly 6b0a90fa\w+, weekly 6b0a90fb/,
  );
  assert.match(refusal('weekly'), /^AMBIGUOUS_NAME .* weekly 6b0a90fb\w+, weekly 7b0a/);
  assert.match(refusal('monthly'), /^NO_SUCH_THING there is no thing "monthly" of the project There are: nightly 6b0a/);
  assert.match(
    refusal('latest', THINGS.slice(0, 1)),
    /^NO_SUCH_THING there is no finished thing of the project yet Make one/,
  );
  assert.match(refusal('', []), /There is no thing of the project at all\.$/);
  const many = Array.from({ length: 30 }, (_, n) => ({ id: `${n}`.padStart(24, '0'), name: `n${n}`, done: true }));
  assert.match(refusal('0', many), /, and 20 more Give the id/);
});
