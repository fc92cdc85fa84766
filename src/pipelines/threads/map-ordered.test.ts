import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turns } from '../../../test/support/turns.ts';
import { mapOrdered } from './map-ordered.ts';

async function* numbers(count: number, taken: number[] = []): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    await Promise.resolve();
    taken.push(number);
    yield number;
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('the order of the results does not depend on durations, and at most the limit runs at the same time', async () => {
  let running = 0;
  let most = 0;
  const results = mapOrdered(numbers(30), 4, async (number) => {
    most = Math.max(most, ++running);
    await turns((number * 7) % 5);
    running--;
    return number * 2;
  });
  assert.deepEqual(
    await collect(results),
    Array.from({ length: 30 }, (_, number) => number * 2),
  );
  assert.equal(most, 4);
});

test('while the reader rests, only the items that have room are taken', async () => {
  const taken: number[] = [];
  const results = mapOrdered(numbers(100, taken), 3, (number) => Promise.resolve(number));
  await results.next();
  await turns(100);
  assert.ok(taken.length <= 4, `${taken.length} taken`);
  await results.return();
});

test('no further item is taken while those that were taken have the most bytes or more', async () => {
  let running = 0;
  let most = 0;
  const work = async (number: number): Promise<number> => {
    most = Math.max(most, ++running);
    await turns(5);
    running--;
    return number;
  };
  const results = mapOrdered(numbers(30), 10, work, { most: 30, of: () => 16 });
  assert.equal((await collect(results)).length, 30);
  assert.equal(most, 2);
});

test('no items give no results', async () => {
  assert.deepEqual(await collect(mapOrdered(numbers(0), 3, (number) => Promise.resolve(number))), []);
});

test('a failure is thrown in its turn, and the running work is awaited', async () => {
  let finished = 0;
  const got: number[] = [];
  const reading = async (): Promise<void> => {
    const results = mapOrdered(numbers(100), 4, async (number) => {
      await turns(number === 5 ? 0 : 5);
      finished++;
      if (number === 5) throw new Error('five');
      return number;
    });
    for await (const number of results) got.push(number);
  };
  await assert.rejects(reading(), /five/);
  const before = finished;
  await turns(100);
  assert.equal(finished, before);
  assert.deepEqual(got, [0, 1, 2, 3, 4]);
});

test('an error of the source comes after its items, and the source is closed when the reader stops', async () => {
  let closed = 0;
  async function* failing(): AsyncGenerator<number> {
    try {
      yield* numbers(3);
      throw new Error('source');
    } finally {
      closed++;
    }
  }
  const got: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const number of mapOrdered(failing(), 2, (each) => Promise.resolve(each))) got.push(number);
  };
  await assert.rejects(reading(), /source/);
  assert.deepEqual(got, [0, 1, 2]);
  for await (const number of mapOrdered(failing(), 2, (each) => Promise.resolve(each))) if (number === 1) break;
  assert.equal(closed, 2);
});
