import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { BSON, EJSON } from 'bson';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { GzipMember, type EncodedBlock } from '../../extjson/index.ts';
import type { AppError } from '../../kernel/errors.ts';
import { hashDocuments } from '../../snapshot/blocks/index.ts';
import { BlockPool } from './block-pool.ts';
import { BLOCK_TASKS, type TaskInput, type TaskName, type TaskOutput } from './block-tasks.ts';
import { BlockThread } from './block-thread.ts';
import type { StoredBlock } from './contract.ts';
import { mapOrdered } from './map-ordered.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());
const signal = new AbortController().signal;

function documents(from: number, count: number, text = ''): Uint8Array<ArrayBuffer> {
  const all = Array.from({ length: count }, (_, index) => BSON.serialize({ _id: from + index, text }));
  return Uint8Array.from(Buffer.concat(all));
}

function stored(bson: Uint8Array): StoredBlock {
  const sha256 = createHash('sha256').update(bson).digest('hex');
  return { stored: Uint8Array.from(zstdCompressSync(bson)), sha256, bytes: bson.byteLength };
}

// eslint-disable-next-line @typescript-eslint/require-await -- stands for a stream
async function* stream(blocks: Iterable<StoredBlock>): AsyncGenerator<StoredBlock> {
  yield* blocks;
}

/** Encodes blocks as exports do: in their order, with as many blocks in progress as the threads need. */
async function encode(blocks: Iterable<StoredBlock>, options = { pool, signal }): Promise<EncodedBlock[]> {
  const session = options.pool.beginSession(options.signal);
  const results = mapOrdered(stream(blocks), options.pool.blocksUnderWay, (block) =>
    session.run('encode', { block, mode: 'relaxed' }),
  );
  try {
    const encoded: EncodedBlock[] = [];
    for await (const block of results) encoded.push(block);
    return encoded;
  } finally {
    session.end();
  }
}

function textOf(blocks: readonly EncodedBlock[]): string {
  const member = new GzipMember();
  const pieces = blocks.flatMap((block) => member.append(block));
  return gunzipSync(Buffer.concat([...pieces, member.finish()])).toString();
}

function lines(from: number, count: number, text = ''): string {
  return Array.from({ length: count }, (_, index) => `${EJSON.stringify({ _id: from + index, text })}\n`).join('');
}

test('blocks come out in their order, whole, plain or as they are stored', async () => {
  const blocks = Array.from({ length: 20 }, (_, number) => {
    const bson = documents(number * 100, 100, 'x'.repeat(number * 20));
    return number % 2 === 0 ? { bson } : stored(bson);
  });
  const encoded = await encode(blocks);
  assert.equal(
    textOf(encoded),
    Array.from({ length: 20 }, (_, number) => lines(number * 100, 100, 'x'.repeat(number * 20))).join(''),
  );
  assert.ok(encoded.every((block) => block.documents === 100));
});

test('a block of several MiB is the same text', async () => {
  const text = 'lorem ipsum '.repeat(100);
  const bson = documents(0, 5000, text);
  assert.ok(bson.byteLength > 4 * 1024 * 1024);
  const encoded = await encode([stored(bson)]);
  assert.equal(encoded[0]?.documents, 5000);
  assert.ok(textOf(encoded) === lines(0, 5000, text));
});

test('a document of 16 MB and an empty block are encoded', async () => {
  const encoded = await encode([{ bson: documents(1, 1, 'x'.repeat(16_000_000)) }, { bson: new Uint8Array(0) }]);
  assert.deepEqual(
    encoded.map(({ jsonBytes }) => jsonBytes),
    [16_000_021, 0].map((bytes, index) => (index === 0 ? lines(1, 1, 'x'.repeat(16_000_000)).length : bytes)),
  );
});

test('only the view of a larger buffer is encoded, and the whole buffer moves to the thread', async () => {
  const bson = documents(0, 2);
  const buffer = new Uint8Array(bson.byteLength + 100).fill(7);
  buffer.set(bson, 50);
  const encoded = await encode([{ bson: buffer.subarray(50, 50 + bson.byteLength) }]);
  assert.equal(textOf(encoded), lines(0, 2));
  assert.equal(buffer.byteLength, 0);
});

test('a shared buffer is refused, and the pool continues', async () => {
  const shared = Buffer.from(documents(0, 2));
  assert.ok(shared.byteLength < shared.buffer.byteLength);
  await assert.rejects(encode([{ bson: shared }]), { name: 'DataCloneError' });
  assert.equal(shared.byteLength, documents(0, 2).byteLength);
  assert.equal(textOf(await encode([{ bson: documents(0, 2) }])), lines(0, 2));
});

test('the error for invalid BSON has its place in the block, also far behind the start', async () => {
  const bson = documents(0, 3000, 'x'.repeat(1000));
  const length = bson.byteLength / 3000;
  bson[2500 * length + 4] = 0x7e;
  const failed = { name: 'BsonError', code: 'INVALID_BSON', document: 2500, offset: 2500 * length + 4 };
  await assert.rejects(encode([stored(bson)]), failed);
});

test('lengths that do not fit are errors, and the pool continues', async () => {
  for (const length of [0, -5, 4, 1_000_000]) {
    const bson = documents(0, 3);
    new DataView(bson.buffer).setInt32(bson.byteLength / 3, length, true);
    await assert.rejects(encode([{ bson }]), { code: 'INVALID_BSON', document: 1 });
  }
  assert.equal((await encode([{ bson: documents(0, 3) }]))[0]?.documents, 3);
});

test('the error for a block that does not match its name has the name', async () => {
  const good = stored(documents(0, 10));
  assert.ok('stored' in good);
  const other = stored(documents(1, 10));
  assert.ok('stored' in other);
  for (const bad of [
    { ...good, stored: other.stored },
    { ...good, stored: Uint8Array.from(good.stored.subarray(0, -4)) },
    { ...good, stored: new Uint8Array(0) },
    { ...good, bytes: 3 },
    { ...good, stored: Uint8Array.from(zstdCompressSync(Buffer.alloc(100_000_000))) },
  ]) {
    const copy = { ...bad, stored: bad.stored.slice() };
    await assert.rejects(encode([copy]), { code: 'BLOCK_CORRUPT', message: new RegExp(good.sha256) });
  }
});

test('the error is that of the first failed block in order', async () => {
  const broken = documents(0, 1);
  broken[broken.byteLength - 1] = 1;
  const slow = documents(0, 3000, 'x'.repeat(1000));
  slow[slow.byteLength - 1] = 1;
  await assert.rejects(encode([{ bson: documents(0, 1) }, { bson: slow }, { bson: broken }]), { document: 2999 });
});

test('an abort ends the session with its reason, and other sessions continue', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  function* endless(): Generator<StoredBlock> {
    for (let number = 0; ; number++) {
      if (number === 10) controller.abort(reason);
      yield { bson: documents(0, 500, 'x'.repeat(1000)) };
    }
  }
  const stopped = assert.rejects(encode(endless(), { pool, signal: controller.signal }), reason);
  const other = await encode(Array.from({ length: 10 }, () => ({ bson: documents(0, 5) })));
  await stopped;
  assert.equal(other.length, 10);
  await assert.rejects(encode([{ bson: documents(0, 1) }], { pool, signal: controller.signal }), reason);
});

/** The nice values of the threads of this process (proc_pid_stat(5)). */
function niceValues(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(/\) (?!.*\))/);
    return Number(fields.split(' ')[16]);
  });
}

test('the threads give way to the main thread', { skip: process.platform !== 'linux' && 'Linux alone' }, async () => {
  const nicer = getPriority() + 10;
  const polite = new BlockPool({ threads: 1 });
  const others = niceValues().filter((nice) => nice === nicer).length;
  const session = polite.beginSession(signal);
  await session.run('hash', documents(0, 1));
  assert.equal(niceValues().filter((nice) => nice === nicer).length, others + 1);
  assert.equal(getPriority(), nicer - 10);
  session.end();
  await polite.close();
});

test('a block is named and packed, and its memory comes back whole', async () => {
  const session = pool.beginSession(signal);
  const bson = documents(0, 3000, 'lorem ipsum');
  const buffer = new Uint8Array(8 << 20);
  buffer.set(bson, 50);
  const given = buffer.subarray(50, 50 + bson.byteLength);
  const hashed = await session.run('hash', given);
  assert.equal(given.byteLength, 0);
  assert.equal(hashed.sha256, createHash('sha256').update(bson).digest('hex'));
  assert.ok(Buffer.from(hashed.bson).equals(bson));
  const stored = await session.run('pack', hashed);
  assert.equal(hashed.bson.byteLength, 0);
  assert.equal(stored.buffer.byteLength, 8 << 20);
  const block = { stored, sha256: hashed.sha256, bytes: bson.byteLength };
  assert.equal(textOf([await session.run('encode', { block, mode: 'relaxed' })]), lines(0, 3000, 'lorem ipsum'));
  session.end();
});

test('there is one thread more than are busy, up to the limit', async () => {
  let made = 0;
  const growing = new BlockPool({
    threads: 3,
    createThread: () => {
      made++;
      return new BlockThread();
    },
  });
  assert.equal(made, 0);
  const session = growing.beginSession(signal);
  assert.equal(made, 2);
  const blocks = (count: number): Promise<unknown>[] =>
    Array.from({ length: count }, () => session.run('hash', documents(0, 1)));
  await Promise.all(blocks(1));
  assert.equal(made, 2);
  await Promise.all(blocks(2));
  assert.equal(made, 3);
  await Promise.all(blocks(9));
  assert.equal(made, 3);
  await growing.close();
});

/** A thread that never does its tasks. It notes the number of documents in them. */
class BusyThread extends BlockThread {
  readonly given: number[] = [];

  override run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    this.given.push(BLOCK_TASKS[task].weigh(input) / documents(0, 1).byteLength);
    return super.run(task, input);
  }
}

test(
  'each task goes to the thread with the fewest bytes, two at most, and an abort fails those that wait',
  { timeout: 20_000 },
  async () => {
    using directory = temporaryDirectory('worker');
    const file = join(directory.path, 'busy.mjs');
    writeFileSync(file, `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});`);
    const threads: BusyThread[] = [];
    const busy = new BlockPool({
      threads: 2,
      createThread: () => {
        const thread = new BusyThread(pathToFileURL(file));
        threads.push(thread);
        return thread;
      },
    });
    const controller = new AbortController();
    const reason = new Error('stop');
    const session = busy.beginSession(controller.signal);
    const [first, second, third, fourth, ...waiting] = [90, 10, 11, 12, 13, 14].map((count) =>
      session.run('hash', documents(0, count)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      threads.map(({ given }) => given),
      [
        [90, 12],
        [10, 11],
      ],
    );
    const cancelled = waiting.map((promise) => assert.rejects(promise, reason));
    controller.abort(reason);
    await Promise.all(cancelled);
    session.end();
    const died = [first, second, third, fourth].map((promise) =>
      assert.rejects(promise ?? Promise.resolve(), { code: 'BLOCK_THREAD_DIED' }),
    );
    await busy.close();
    await Promise.all(died);
  },
);

test(
  'at most half of the threads work on blocks of one large document, and small blocks pass them',
  { timeout: 20_000 },
  async () => {
    using directory = temporaryDirectory('worker');
    const file = join(directory.path, 'busy.mjs');
    writeFileSync(file, `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});`);
    const given: number[] = [];
    class NotingThread extends BlockThread {
      override run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
        given.push(BLOCK_TASKS[task].weigh(input));
        return super.run(task, input);
      }
    }
    const busy = new BlockPool({ threads: 2, createThread: () => new NotingThread(pathToFileURL(file)) });
    const { signal } = new AbortController();
    const [large, small] = [8 * 1024 * 1024 + 1, 100];
    const sessions = [busy.beginSession(signal), busy.beginSession(signal)] as const;
    const [one, other] = sessions;
    const died = [
      one.run('hash', new Uint8Array(large)),
      one.run('hash', new Uint8Array(large)),
      other.run('hash', new Uint8Array(small)),
    ].map((promise) => assert.rejects(promise, { name: 'AppError' }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(given, [large, small]);
    for (const session of sessions) session.end();
    await busy.close();
    await Promise.all(died);
  },
);

test('the threads end a while after the last session, and begin again with the next', async () => {
  let made = 0;
  const ends: (() => void)[] = [];
  class EndingThread extends BlockThread {
    override async terminate(): Promise<void> {
      await super.terminate();
      ends.shift()?.();
    }
  }
  const createThread = (): BlockThread => {
    made++;
    return new EndingThread();
  };
  const resting = new BlockPool({ threads: 1, idleMs: 1, createThread });
  const { signal } = new AbortController();
  // The pool's own timer does not keep a process alive.
  const alive = setInterval(() => undefined, 1000);
  for (const round of [1, 2]) {
    const ended = new Promise<void>((resolve) => ends.push(resolve));
    const session = resting.beginSession(signal);
    await session.run('hash', documents(0, 1));
    session.end();
    await ended;
    assert.equal(made, round);
  }
  clearInterval(alive);
  await resting.close();
});

test('the pool is idle a while after it was made and after its last session, with no thread left', async () => {
  let threads = 0;
  class CountedThread extends BlockThread {
    override async terminate(): Promise<void> {
      await super.terminate();
      threads--;
    }
  }
  let idle = Promise.withResolvers<number>();
  const resting = new BlockPool({
    threads: 2,
    idleMs: 1,
    onIdle: () => idle.resolve(threads),
    createThread: () => {
      threads++;
      return new CountedThread();
    },
  });
  // The pool's own timer does not keep a process alive.
  const alive = setInterval(() => undefined, 1000);
  assert.equal(await idle.promise, 0);
  idle = Promise.withResolvers();
  const [first, last] = [resting.beginSession(signal), resting.beginSession(signal)];
  await first.run('hash', documents(0, 1));
  first.end();
  last.end();
  assert.equal(await idle.promise, 0);
  clearInterval(alive);
  await resting.close();
});

test('the pool works without a thread that the system refuses; without any thread, waiting tasks fail with a transient error', async () => {
  let granted = 0;
  let asked = 0;
  const told: string[] = [];
  const poor = new BlockPool({
    threads: 4,
    onThreadRefused: ({ code }) => told.push(code),
    createThread: () => {
      asked++;
      if (granted-- <= 0) throw Object.assign(new Error('refused'), { code: 'ERR_WORKER_INIT_FAILED' });
      return new BlockThread();
    },
  });
  const session = poor.beginSession(signal);
  await assert.rejects(session.run('hash', documents(0, 1)), { code: 'BLOCK_THREAD_REFUSED', transient: true });
  granted = 1;
  await session.run('hash', documents(0, 1));
  session.end();
  granted = 1;
  asked = 0;
  told.length = 0;
  const next = poor.beginSession(signal);
  await Promise.all(Array.from({ length: 50 }, () => next.run('hash', documents(0, 100))));
  assert.equal(asked, 2);
  assert.deepEqual(told, ['BLOCK_THREAD_REFUSED']);
  next.end();
  await poor.close();
});

test('a small session does not wait for the end of a big one', async () => {
  const finished: string[] = [];
  const blocks = (count: number) =>
    Array.from({ length: count }, () => ({ bson: documents(0, 500, 'x'.repeat(1000)) }));
  await Promise.all([
    encode(blocks(60)).then(() => finished.push('big')),
    encode(blocks(3)).then(() => finished.push('small')),
  ]);
  assert.deepEqual(finished, ['small', 'big']);
});

test('a thread that dies fails its tasks, and the pool replaces it', async () => {
  using directory = temporaryDirectory('worker');
  const deadly = {
    throws: 'throw new Error("boom")',
    exits: 'process.exit(3)',
    'runs out of memory': 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length + 0.5))',
  };
  for (const [how, code] of Object.entries(deadly)) {
    const file = join(directory.path, `${how}.mjs`);
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${code} });`,
    );
    let made = 0;
    const fragile = new BlockPool({
      threads: 1,
      createThread: () =>
        new BlockThread(made++ === 0 ? pathToFileURL(file) : undefined, { maxOldGenerationSizeMb: 64 }),
    });
    const options = { pool: fragile, signal };
    await assert.rejects(
      encode([{ bson: documents(0, 1) }], options),
      { code: 'BLOCK_THREAD_DIED', transient: true },
      how,
    );
    assert.equal((await encode([{ bson: documents(0, 1) }], options)).length, 1);
    await fragile.close();
  }
});

test('closing the pool fails the running tasks', async () => {
  const closing = new BlockPool({ threads: 1 });
  const blocks = Array.from({ length: 8 }, () => ({ bson: documents(0, 500, 'x'.repeat(1000)) }));
  const failed = assert.rejects(encode(blocks, { pool: closing, signal }), ({ code }: AppError) =>
    ['BLOCK_THREAD_DIED', 'BLOCK_POOL_CLOSED'].includes(code),
  );
  await new Promise((resolve) => setImmediate(resolve));
  await closing.close();
  await failed;
  await assert.rejects(encode([{ bson: documents(0, 1) }], { pool: closing, signal }), { code: 'BLOCK_POOL_CLOSED' });
});

test('lines of Extended JSON become BSON, and the error for a line that is none has its place', async () => {
  const session = pool.beginSession(signal);
  const json = (from: number, count: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(Buffer.from(lines(from, count)));
  const text = json(0, 3000);
  const parsed = await session.run('parse', text);
  assert.equal(text.byteLength, 0);
  assert.deepEqual([parsed.hash, parsed.lines], [hashDocuments(documents(0, 3000)), 3000]);
  assert.ok(Buffer.from(parsed.bson).equals(documents(0, 3000)));
  const damaged = json(0, 30);
  damaged[damaged.lastIndexOf(0x7b)] = 0x5b;
  await assert.rejects(session.run('parse', damaged), { name: 'ExtendedJsonError', line: 30, column: 1 });
  assert.ok(Buffer.from((await session.run('parse', json(5, 2))).bson).equals(documents(5, 2)));
  session.end();
});
