import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { BSON } from 'bson';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, Running, serve } from '../support/longshore.ts';
import { startScriptedMongodb, type ScriptedDatabases } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'longshore.js');

const documents = (count: number) =>
  Array.from({ length: count }, (_, _id) => BSON.serialize({ _id, text: 'x'.repeat(_id % 900) }));
const DEPLOYMENT: ScriptedDatabases = {
  shop: {
    orders: { documents: documents(30_000) },
    others: { documents: documents(30_000) },
    empty: { documents: [] },
    'a+b c/ü%': { documents: documents(3) },
    bigOrders: { type: 'view', options: { viewOn: 'orders', pipeline: [] } },
    weather: { type: 'timeseries', options: { timeseries: { timeField: 't' } }, buckets: documents(5) },
    'system.js': { documents: documents(1) },
  },
  config: { settings: { documents: documents(1) } },
};
const DOCUMENTS = 60_009;

/** What mongodump is to write, and how it is registered: at the place of `FILE`. */
const forms: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a directory', ['--out=FILE'], ['--mongodump', 'FILE']],
  ['a zipped directory', ['--gzip', '--out=FILE'], ['--mongodump', 'FILE']],
  ['the directory of one database', ['--db=shop', '--out=FILE'], ['--mongodump', 'FILE/shop']],
  ['an archive', ['--archive=FILE'], ['--archive', 'FILE']],
  ['a zipped archive', ['--gzip', '--archive=FILE'], ['--archive', 'FILE']],
];

test(
  'what the real mongodump writes is taken whole, in every form',
  skipUnless('mongodump', isOnPath('mongodump')),
  async (t) => {
    using directory = temporaryDirectory('real-mongodump');
    const home = directory.path;
    const data = join(home, 'data');
    await using mongodb = await startScriptedMongodb({ databases: DEPLOYMENT });
    const dump = async (options: readonly string[]): Promise<void> => {
      const run = new Running('mongodump', [`--uri=${mongodb.uri}`, ...options], { home });
      const { code, stderr } = await run.finished();
      assert.equal(code, 0, stderr);
    };
    const initial = await initialize(data, home);
    await using server = await serve(data, home, initial);
    const { project } = server;
    const exported = async (cluster: string, snapshotId: string): Promise<number> => {
      const bucketId = await project.bucket(cluster.toLowerCase(), initial.roleId);
      await project.successfulExport(cluster, snapshotId, bucketId);
      const bucket = join(data, 'buckets', cluster.toLowerCase());
      return checkCompleteExport(bucket, prefixesOf(bucket)[0] ?? assert.fail());
    };

    for (const [index, [what, writing, registering]] of forms.entries()) {
      await t.test(what, async () => {
        const file = join(home, `dump-${index}`);
        const at = (options: readonly string[]) => options.map((option) => option.replace('FILE', file));
        await dump(at(writing));
        const cluster = `Form${index}`;
        const added = await longshore(['cluster', 'add', cluster, ...at(registering), '--data-dir', data], { home });
        assert.equal(added.code, 0, added.stderr);
        assert.equal(await exported(cluster, await project.completedSnapshot(cluster)), DOCUMENTS);
      });
    }

    await t.test('an archive through a pipe', async () => {
      const added = await longshore(['cluster', 'add', 'Piped', '--archive', '-', '--data-dir', data], { home });
      assert.equal(added.code, 0, added.stderr);
      const send = `"$NODE" "$PROGRAM" snapshot create Piped --archive - --watch --data-dir "$DATA"`;
      const env = { NODE: process.execPath, PROGRAM, DATA: data, URI: mongodb.uri };
      const piped = await new Running('sh', ['-c', `mongodump --uri="$URI" --archive | ${send}`], {
        home,
        env,
      }).finished();
      assert.equal(piped.code, 0, piped.stderr);
      assert.equal(await exported('Piped', /Snapshot ([0-9a-f]{24})/.exec(piped.stdout)?.[1] ?? ''), DOCUMENTS);
    });

    t.diagnostic(execFileSync('mongodump', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '');
  },
);
