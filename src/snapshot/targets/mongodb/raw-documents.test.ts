import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { rawDocuments } from './raw-documents.ts';

// A new version of the driver that moves or changes its class fails here.
test('the driver sends the bytes of many documents as they are, in a section of their own', async () => {
  await using server = await startScriptedMongodb();
  // JavaScript objects would change each of these: the order of the keys, a doubled key, a text that is not UTF-8.
  const documents = [
    serialize(new Map(['_id', 'b', '2', '1'].map((key) => [key, 1]))),
    Buffer.from('1c000000' + '105f69640002000000' + '10610001000000' + '10610002000000' + '00', 'hex'),
    Buffer.from('17000000' + '105f69640003000000' + '02610002000000ff00' + '00', 'hex'),
  ];
  const client = await MongoClient.connect(server.uri);
  try {
    const command = { insert: 'raw', ordered: false, documents: rawDocuments('documents', Buffer.concat(documents)) };
    const reply = await client.db('shop').command(command);
    assert.equal(reply['n'], documents.length);
    const request = server.deployment.requests.find(({ name }) => name === 'insert') ?? assert.fail();
    const sent = request.command['documents'];
    assert.ok(Array.isArray(sent));
    assert.deepEqual(
      sent.map((each) => Buffer.from(each as Uint8Array).toString('hex')),
      documents.map((each) => Buffer.from(each).toString('hex')),
    );
    assert.doesNotMatch(Buffer.from(request.bytes).toString('latin1'), /documents/);
  } finally {
    await client.close();
  }
});
