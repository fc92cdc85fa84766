import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { sourceOf } from '../../../test/support/pipelines.ts';
import { createSnapshotRepository } from '../../snapshot/repository/index.ts';
import { BlockPool, type BlockSession } from '../threads/index.ts';
import { captureSnapshot, GoodBlocks } from './index.ts';

/** Counts the tasks of its sessions by their names. */
class CountingPool extends BlockPool {
  readonly counts = new Map<string, number>();

  override beginSession(signal: AbortSignal): BlockSession {
    const session = super.beginSession(signal);
    return {
      run: (task, input) => {
        this.counts.set(task, (this.counts.get(task) ?? 0) + 1);
        return session.run(task, input);
      },
      end: () => session.end(),
    };
  }
}

test('a capture of unchanged data checks only the blocks in which something was found, and finds the same', async () => {
  const pool = new CountingPool({ threads: 2 });
  try {
    const repository = createSnapshotRepository(memoryStore());
    const goodBlocks = new GoodBlocks();
    const { signal } = new AbortController();
    const badUtf8 = Buffer.from('1d000000105f69640002000000026e616d6500050000004a6f73e90000', 'hex');
    const source = sourceOf([
      { database: 'shop', name: 'good', pieces: () => [serialize({ _id: 1 })] },
      { database: 'shop', name: 'alike', pieces: () => [serialize({ _id: 2, v: { $numberLong: '12' } })] },
      { database: 'shop', name: 'bad', pieces: () => [badUtf8] },
      { database: 'shop', name: 'equal to good', pieces: () => [serialize({ _id: 1 })] },
    ]);
    const take = async (id: string) => {
      pool.counts.clear();
      const options = { id, clusterName: 'c', startedAt: 0, source, repository, pool, goodBlocks, signal };
      const totals = await captureSnapshot(options);
      return { totals, header: (await repository.openSnapshot(id)).header, checks: pool.counts.get('check') };
    };
    const first = await take('0123456789abcdef01234567');
    const second = await take('0123456789abcdef01234568');
    assert.equal(second.checks, 2);
    assert.deepEqual(second.totals, first.totals);
    assert.deepEqual([first.totals.badDocuments, first.totals.lookAlikes], [1, 1]);
    assert.deepEqual(second.header.badValues, first.header.badValues);
    assert.equal(second.header.badValues.length, 1);
  } finally {
    await pool.close();
  }
});

test('the names that were met last are kept', () => {
  const blocks = new GoodBlocks([], 2);
  blocks.add('a');
  blocks.add('b');
  assert.ok(blocks.has('a'));
  blocks.add('c');
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => blocks.has(name)),
    [true, false, true],
  );
});

test('of more names than are kept, such as those of a version that kept more, the last ones are', () => {
  const blocks = new GoodBlocks(['a', 'b', 'c'], 2);
  assert.deepEqual([...blocks.names], ['b', 'c']);
  assert.equal(blocks.additions, 0);
});
