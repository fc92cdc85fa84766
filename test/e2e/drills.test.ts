import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { verify } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serveExportedShop } from '../support/exported-shop.ts';
import { prefixesOf } from '../support/exported.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { longshore, type Finished, type Server } from '../support/longshore.ts';
import { startScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory('drills');
const home = directory.path;
const dataDirectory = join(home, 'data');
const LIMIT = { timeout: 120_000 };

let server: Server;

before(async () => {
  ({ server } = await serveExportedShop(dataDirectory, home, 'drilled'));
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

async function drill(...more: readonly string[]): Promise<Finished> {
  return await longshore(['drill', ...more, '--data-dir', dataDirectory], { home });
}

/** The file of an export's data object. */
function objectOf(collection: string): string {
  const bucket = join(dataDirectory, 'buckets', 'drilled');
  const folder = join(bucket, prefixesOf(bucket)[0] ?? '', 'shop', collection);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.gz')) ?? assert.fail('there is no object'));
}

interface Shown {
  readonly id: string;
  readonly outcome: string;
  readonly signature: string;
  readonly signedText: string;
  readonly report: {
    readonly problems: readonly string[];
    readonly target?: unknown;
    readonly collections: readonly { readonly name: string; readonly proof: string; readonly documents: number }[];
  };
}

test('a drill of a good export passes, and its report can be checked without the server', LIMIT, async () => {
  const run = await drill('run', 'shop', '--json');
  assert.equal(run.code, 0, run.stderr);
  const shown = JSON.parse(run.stdout) as Shown;
  assert.equal(shown.outcome, 'passed');
  assert.deepEqual(
    shown.report.collections.map(({ name, proof }) => [name, proof]),
    [
      ['empty', 'equal'],
      ['orders', 'equal'],
      ['parts & pieces', 'equal'],
      ['system.js', 'equal'],
      ['items', 'equal'],
    ],
  );
  const file = join(home, 'report.json');
  const show = await drill('show', 'shop', shown.id, '--report', file, '--html', join(home, 'report.html'));
  assert.equal(show.code, 0, show.stderr);
  const [text, signature, key] = [readFileSync(file), readFileSync(`${file}.sig`), readFileSync(`${file}.pem`, 'utf8')];
  assert.ok(verify(null, text, key, signature));
  assert.equal(verify(null, Buffer.from(text.toString().replace('passed', 'failed')), key, signature), false);
  if (isOnPath('openssl')) {
    const openssl = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', `${file}.pem`, '-in', file];
    execFileSync('openssl', [...openssl, '-sigfile', `${file}.sig`]);
  }
  const page = readFileSync(join(home, 'report.html'), 'utf8');
  assert.match(page, /Passed: the export can be restored/);
  assert.match(page, /shop\.parts &amp; pieces/);
  const list = await drill('list', 'shop');
  assert.match(list.stdout, new RegExp(`${shown.id} +passed +decode`));
});

test('a drill restores to a scratch cluster, compares what is there, and leaves nothing', LIMIT, async () => {
  await using deployment = await startScriptedMongodb({ topology: 'standalone' });
  await server.project.liveCluster('scratch', deployment.uri);
  const run = await drill('run', 'shop', '--to', 'scratch', '--json');
  assert.equal(run.code, 0, run.stderr);
  const { report } = JSON.parse(run.stdout) as Shown;
  assert.deepEqual(report.target, { clusterName: 'scratch', databasePrefix: 'drill_' });
  assert.deepEqual([...new Set(report.collections.map(({ proof }) => proof))], ['equal']);
  const inserts = deployment.deployment.requests.filter(({ name }) => name === 'insert');
  assert.ok(inserts.length > 0);
  assert.equal(deployment.deployment.history.collection('drill_shop', 'orders'), undefined);
});

test('a drill finds an object that is damaged, and goes on with the others', LIMIT, async () => {
  const file = objectOf('orders');
  const good = readFileSync(file);
  const damaged = Buffer.from(good);
  damaged[20] = (damaged[20] ?? 0) ^ 1;
  writeFileSync(file, damaged);
  try {
    const run = await drill('run', 'shop', '--json');
    assert.notEqual(run.code, 0);
    const shown = JSON.parse(run.stdout) as Shown;
    assert.equal(shown.outcome, 'failed');
    assert.equal(shown.report.problems.length, 1);
    assert.match(shown.report.problems[0] ?? '', /shop\.orders cannot be restored/);
    const proofs = new Map(shown.report.collections.map(({ name, proof }) => [name, proof]));
    assert.equal(proofs.get('orders'), 'damaged');
    assert.equal(proofs.get('items'), 'equal');
    assert.match(run.stderr, /shop\.orders/);
  } finally {
    writeFileSync(file, good);
  }
});
