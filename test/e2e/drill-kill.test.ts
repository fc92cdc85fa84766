import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveExportedShop } from '../support/exported-shop.ts';
import { serve, type Initial, type Server } from '../support/longshore.ts';
import { startScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A server is killed in the middle of a drill. After the next start the drill ends with the right report, and the scratch cluster is empty.

const directory = temporaryDirectory('drill-kill');
const home = directory.path;
const dataDirectory = join(home, 'data');
let initial: Initial;
let server: Server;

before(async () => {
  ({ initial, server } = await serveExportedShop(dataDirectory, home, 'drilled'));
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

interface Shown {
  readonly state: string;
  readonly outcome: string;
  readonly signature: string;
  readonly signedText: string;
  readonly report: {
    readonly problems: readonly string[];
    readonly collections: readonly { readonly database: string; readonly proof: string }[];
  };
}

const drills = (rest = ''): string =>
  `/api/longshore/v1/groups/${server.project.groupId}/clusters/shop/backup/drills${rest}`;

async function ended(id: string): Promise<Shown> {
  for (let tries = 0; tries < 600; tries++) {
    const shown = (await server.client.send({ target: drills(`/${id}`) })).json as unknown as Shown;
    if (shown.state === 'ended') return shown;
    await sleep(100);
  }
  assert.fail('the drill did not end');
}

for (const [moment, wanted, number] of [
  ['before the first document', 'insert', 1],
  ['among the documents', 'insert', 3],
  ['among the indexes', 'createIndexes', 1],
  ['while what was restored is read back', 'find', 4],
  ['while what was restored is dropped', 'drop', 2],
] as const) {
  test(`a drill that is killed ${moment} ends with the right report`, { timeout: 120_000 }, async () => {
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    const cluster = `scratch-${wanted}-${number}`;
    await server.project.liveCluster(cluster, deployment.uri);
    const killed = server.process;
    let [left, isFull] = [number, false];
    deployment.deployment.script = async ({ name }) => {
      isFull ||= name === 'createIndexes';
      const counts = name === wanted && (name !== 'find' || isFull);
      if (counts && --left === 0) await killed.end('SIGKILL');
      return undefined;
    };
    const body = { mode: 'restore', targetClusterName: cluster };
    const { json } = await server.client.send({ method: 'POST', target: drills(), body });
    const { id } = json as unknown as { readonly id: string };
    assert.equal((await killed.finished()).signal, 'SIGKILL');
    deployment.deployment.script = () => undefined;
    server = await serve(dataDirectory, home, initial);

    const { outcome, report, signedText, signature } = await ended(id);
    assert.equal(outcome, 'passed');
    assert.deepEqual(report.problems, []);
    assert.deepEqual([...new Set(report.collections.map(({ proof }) => proof))], ['equal']);
    assert.equal(report.collections.length, 5);
    const keys = await server.client.send({ target: `/api/longshore/v1/groups/${server.project.groupId}/drillKeys` });
    const key = keys.string('/0/publicKey');
    assert.ok(verify(null, Buffer.from(signedText), key, Buffer.from(signature, 'base64')));
    const { history } = deployment.deployment;
    assert.deepEqual(history.databases(), []);
  });
}
