import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { serialize } from 'bson';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource } from './index.ts';

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
