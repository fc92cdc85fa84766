import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { at } from '../support/json.ts';
import { initialize, serve } from '../support/longshore.ts';
import { once } from '../support/live-source.ts';
import { refuse, startScriptedMongodb, type Script } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ORDERS = Array.from({ length: 5000 }, (_, index) => serialize({ _id: index, text: `number ${index}` }));
const UNAUTHORIZED = refuse(13, 'not authorized on shop to execute the command');
const AUTHENTICATION_FAILED = refuse(18, 'Authentication failed.');

const cases: readonly { readonly when: string; readonly script: Script; readonly reason: RegExp }[] = [
  {
    when: 'a role that was withdrawn before the first document',
    script: ({ name }) => (name === 'find' ? UNAUTHORIZED : undefined),
    reason: /shop\.orders.*not authorized on shop.*Grant the user the role readAnyDatabase/s,
  },
  {
    when: 'a role that was withdrawn in mid-capture',
    script: once('getMore', 5, UNAUTHORIZED),
    reason: /shop\.orders.*not authorized on shop.*Grant the user the role readAnyDatabase/s,
  },
  {
    when: 'credentials that are refused in mid-capture',
    script: once('getMore', 5, AUTHENTICATION_FAILED),
    reason: /shop\.orders.*Authentication failed.*longshore cluster update/s,
  },
];

test(
  'a snapshot that only a person can help fails at once, and says why and what to do',
  { timeout: 120_000 },
  async (t) => {
    using directory = temporaryDirectory('refused-reading');
    await using mongodb = await startScriptedMongodb({
      topology: 'replicaSet',
      databases: { shop: { orders: { documents: ORDERS } } },
      batchBytes: 10_000,
    });
    const initial = await initialize(directory.path, directory.path);
    await using server = await serve(directory.path, directory.path, initial);
    const clusters = `/api/longshore/v1/groups/${initial.groupId}/clusters`;
    const body = { name: 'Live', mongodb: { uri: mongodb.uri } };
    const added = await server.client.send({ method: 'POST', target: clusters, body });
    assert.equal(added.status, 201, added.text);
    for (const { when, script, reason } of cases) {
      await t.test(when, async () => {
        mongodb.deployment.script = script;
        mongodb.deployment.requests.length = 0;
        const id = await server.project.snapshot('Live');
        await server.project.waitFor(`/clusters/Live/backup/snapshots/${id}`, '/status', ['failed']);
        const failed = await server.client.send({ target: `${clusters}/Live/backup/snapshots/${id}` });
        assert.equal(at(failed.json, '/failure/errorCode'), 'SOURCE_READ_FAILED');
        assert.match(failed.string('/failure/message'), reason);
        const finds = mongodb.deployment.requests.filter(
          ({ name, command }) => name === 'find' && command['find'] === 'orders' && command['singleBatch'] !== true,
        );
        assert.equal(finds.length, 1);
      });
    }
  },
);
