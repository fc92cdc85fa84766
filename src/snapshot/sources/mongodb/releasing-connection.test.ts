import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { DocumentSequence } from 'mongodb/lib/cmap/commands.js';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { turns } from '../../../../test/support/turns.ts';
import { openMongodbSource } from './index.ts';
import { ReleasingConnection } from './releasing-connection.ts';

const DOCUMENTS = Array.from({ length: 300 }, (_, _id) => serialize({ _id, text: `number ${_id} `.repeat(1000) }));

test('what the socket gave of a batch is freed once the driver has copied it', async () => {
  const chunks: Buffer[] = [];
  const watch = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => socket.on('data', (chunk: Buffer) => void chunks.push(chunk)));
  };
  subscribe('net.client.socket', watch);
  try {
    await using server = await startScriptedMongodb({ databases: { shop: { orders: { documents: DOCUMENTS } } } });
    const source = await openMongodbSource(server.uri);
    const pieces: Uint8Array[] = [];
    for (const collection of source.collections) {
      for await (const piece of collection.documents(new AbortController().signal)) pieces.push(Uint8Array.from(piece));
    }
    await source.close();
    assert.deepEqual(Buffer.concat(pieces), Buffer.concat(DOCUMENTS));
  } finally {
    unsubscribe('net.client.socket', watch);
  }
  assert.ok(chunks.filter(({ byteLength }) => byteLength === 0).length > 40, 'no chunk was freed');
  const kept = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(kept < 100_000, `${kept} bytes are kept`);
});

test('a server that ends the connection is no defect, and the next command connects again', async () => {
  await using server = await startScriptedMongodb({ databases: { shop: { orders: { documents: DOCUMENTS } } } });
  let cuts = 0;
  server.deployment.script = ({ name }) => (name === 'find' && cuts++ === 0 ? { cut: true } : undefined);
  const source = await openMongodbSource(server.uri);
  const pieces: Uint8Array[] = [];
  for (const collection of source.collections) {
    for await (const piece of collection.documents(new AbortController().signal)) pieces.push(Uint8Array.from(piece));
  }
  await source.close();
  assert.deepEqual(Buffer.concat(pieces), Buffer.concat(DOCUMENTS));
});

function documentsOf(bson: Uint8Array): DocumentSequence {
  const sequence = new DocumentSequence('documents');
  sequence.push({}, bson);
  return sequence;
}

for (const compressors of [[], ['zlib']] as const) {
  test(`documents that are bytes arrive as they are, compressors: ${compressors.join() || 'none'}`, async () => {
    const parts: unknown[] = [];
    const watch = (message: unknown): void => {
      const { socket } = message as { readonly socket: Socket };
      const write = socket.write.bind(socket);
      // Node.js replaces the function when it connects.
      socket.once('connect', () => {
        socket.write = (...given: unknown[]): boolean => {
          parts.push((given[0] as Uint8Array).buffer);
          return Reflect.apply(write, socket, given) as boolean;
        };
      });
    };
    await using server = await startScriptedMongodb({ compressors });
    const options = { compressors: [...compressors], connectionType: ReleasingConnection };
    subscribe('net.client.socket', watch);
    const client = await MongoClient.connect(server.uri, options);
    try {
      for (const documents of [DOCUMENTS, DOCUMENTS.slice(0, 1)]) {
        // Not in the pool that small Buffers share.
        const bson = Uint8Array.from(Buffer.concat(documents));
        const command = { insert: 'orders', ordered: false, documents: documentsOf(bson) };
        const reply = await client.db(`shop${documents.length}`).command(command);
        assert.equal(reply['n'], documents.length);
        const sent = server.deployment.requests.findLast(({ name }) => name === 'insert') ?? assert.fail();
        assert.deepEqual(Uint8Array.from(sent.sections.get('documents') ?? []), bson);
        assert.equal(sent.command['ordered'], false);
        assert.equal(parts.includes(bson.buffer), compressors.length === 0, 'whether the memory itself was written');
      }
    } finally {
      unsubscribe('net.client.socket', watch);
      await client.close();
    }
  });
}

test('a command with documents does not end before they were written, although its reply came before', async () => {
  const reply = serialize({ ok: 1 });
  const head = Buffer.alloc(21);
  [head.length + reply.length, 1, 1, 2013].forEach((value, index) => head.writeInt32LE(value, 4 * index));
  const waiting: (() => void)[] = [];
  // Takes a message of any size, answers at once, and is slow to read.
  const socket = Object.assign(new Socket(), {
    _read: () => undefined,
    _writev: (_parts: unknown, done: () => void) => {
      waiting.push(done);
      socket.push(Buffer.concat([head, reply]));
    },
  });
  const connection = new ReleasingConnection(socket, { hostAddress: 'test' });
  Object.assign(connection, { hello: { maxWireVersion: 25, ok: 1 } });
  let ended = false;
  const command = { insert: 'orders', documents: documentsOf(Buffer.concat(DOCUMENTS.slice(0, 3))) };
  const running = connection.command({ db: 'shop' }, command, {}).finally(() => (ended = true));
  await turns(20);
  assert.deepEqual([waiting.length, ended], [1, false]);
  for (const done of waiting) done();
  assert.deepEqual(await running, { ok: 1 });
});
