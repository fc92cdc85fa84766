import assert from 'node:assert/strict';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BSON } from 'bson';
import { startScriptedMongodb } from '../../../test/support/scripted-mongodb/index.ts';
import { serveHere, type ServerHere } from '../../../test/support/server-here.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';
import { AppError } from '../../kernel/errors.ts';

// What users are told when a job cannot go on: by --watch, `status`, `show` and the lists. test/e2e/full-disk.test.ts does the same
// with full disks.

/** The cause must be told within this time. */
const SOON_MS = 5000;

let directory: string;
let dataDir: string;
let served: ServerHere;

before(async () => {
  served = await serveHere('troubles');
  ({ directory, dataDir } = served);
});
after(async () => {
  await served[Symbol.asyncDispose]();
});

/** Runs a command. It is interrupted as soon as its standard error matches. @returns all output, and when it matched. */
async function type(
  argv: readonly string[],
  options: { readonly until?: RegExp; readonly environment?: Record<string, string> } = {},
): Promise<{ readonly text: string; readonly afterMs: number }> {
  const { until, environment = {} } = options;
  const startedAt = performance.now();
  let afterMs = Number.POSITIVE_INFINITY;
  const { out, err } = await typed([...argv, '--data-dir', dataDir], {
    environment,
    onError(text, interrupt) {
      if (until === undefined || interrupt.signal.aborted || !until.test(text)) return;
      afterMs = performance.now() - startedAt;
      interrupt.abort(new AppError({ code: 'INTERRUPTED', message: 'seen' }));
    },
  });
  return { text: out + err, afterMs };
}

/** What stays visible: the last failure and the next try, or why the job has failed for good. */
async function assertShown(commands: readonly (readonly string[])[], cause: RegExp): Promise<void> {
  for (const command of commands) {
    const { text } = await type(command);
    assert.match(
      text,
      /waits: .* Next try at \d\d:\d\d:\d\d \(|is tried again; attempt \d+ failed: | failed: /,
      command.join(' '),
    );
    assert.match(text, cause, command.join(' '));
    const json = await type([...command, '--json']);
    assert.match(json.text, cause, `${command.join(' ')} --json`);
  }
}

test('a deployment that is lost, and a password that is refused from now on, are told with the next try', async () => {
  const users = [{ name: 'backup', password: 'first' }];
  const databases = { shop: { orders: { documents: [BSON.serialize({ _id: 1 })] } } };
  const mongodb = await startScriptedMongodb({ topology: 'replicaSet', databases, users });
  const uri = mongodb.uri.replace('mongodb://', 'mongodb://backup:first@');
  const added = await type(['cluster', 'add', 'Live', '--mongodb-uri-env', 'URI'], { environment: { URI: uri } });
  assert.match(added.text, /is registered/);
  users[0] = { name: 'backup', password: 'second' };
  const cause = /[Aa]uthenti|password/;
  const refused = await type(['snapshot', 'create', 'Live', '--watch'], { until: cause });
  assert.ok(refused.afterMs < SOON_MS, `${refused.afterMs} ms: ${refused.text}`);
  assert.doesNotMatch(refused.text, /first/);
  await assertShown([['status'], ['snapshot', 'show', 'Live'], ['snapshot', 'list', 'Live']], cause);

  await mongodb.stop();
  const lost = /ECONNREFUSED|no primary|cannot be (read|reached)/i;
  const gone = await type(['snapshot', 'create', 'Live', '--watch'], { until: lost });
  const watched = gone.text.includes('UNFINISHED_ON_DEMAND')
    ? await type(['snapshot', 'watch', 'Live'], { until: lost })
    : gone;
  assert.ok(watched.afterMs < SOON_MS, `${watched.afterMs} ms: ${watched.text}`);
  await assertShown([['status'], ['snapshot', 'show', 'Live'], ['snapshot', 'list', 'Live']], lost);

  // It goes on as soon as it is said where the deployment is now, and with which password.
  await using moved = await startScriptedMongodb({ topology: 'replicaSet', databases, users });
  const login = (password: string) => moved.uri.replace('mongodb://', `mongodb://backup:${password}@`);
  const update = async (password: string) =>
    await type(['cluster', 'update', 'Live', '--mongodb-uri-env', 'URI'], { environment: { URI: login(password) } });
  const wrong = await update('first');
  assert.match(wrong.text, /Authentication failed.*password/s);
  assert.doesNotMatch(wrong.text, /backup:|first/);
  const right = await update('second');
  assert.match(right.text, /^Cluster Live is updated .*\nA snapshot takes 1 collection: shop\.orders/);
  const shown = await type(['snapshot', 'watch', 'Live']);
  assert.match(shown.text, /completed/);
  const { text: events } = await type(['cluster', 'update', 'Live', '--read-rate', '50', '--json']);
  assert.doesNotMatch(events, /second/);
});

test('a dump that is gone fails the snapshot, and the reason stays', async () => {
  const dump = join(directory, 'dump');
  cpSync(SAMPLE_DUMP, dump, { recursive: true });
  await type(['cluster', 'add', 'Dump', '--mongodump', dump]);
  renameSync(dump, `${dump} away`);
  const cause = /dump does not exist/;
  const { text, afterMs } = await type(['snapshot', 'create', 'Dump', '--watch'], { until: cause });
  assert.ok(afterMs < SOON_MS, text);
  await assertShown([['status'], ['snapshot', 'show', 'Dump'], ['snapshot', 'list', 'Dump']], cause);
});

test('a bucket that is gone is told with the next try', async () => {
  await type(['cluster', 'add', 'Good', '--mongodump', SAMPLE_DUMP]);
  await type(['backup', 'Good', '--bucket', 'gone', '--create-bucket', '--watch']);
  const bucket = join(dataDir, 'buckets', 'gone');
  renameSync(bucket, `${bucket} away`);
  const cause = /is no bucket any more|gone/;
  const { text, afterMs } = await type(['export', 'create', 'Good', '--bucket', 'gone', '--watch'], {
    until: /waits: .*Next try at/,
  });
  assert.ok(afterMs < SOON_MS, text);
  assert.match(text, cause);
  await assertShown([['status'], ['export', 'show', 'Good'], ['export', 'list', 'Good']], cause);
  assert.match((await type(['export', 'cancel', 'Good', 'latest'])).text, /is cancelled/);
});

test('a restore job whose target is gone is told with the next try, until it is cancelled', async () => {
  const mongodb = await startScriptedMongodb({ topology: 'replicaSet', databases: {} });
  const uri = `${mongodb.uri}&serverSelectionTimeoutMS=300&connectTimeoutMS=300`;
  await type(['cluster', 'add', 'target', '--mongodb-uri-env', 'URI', '--allow-empty'], { environment: { URI: uri } });
  await type(['cluster', 'add', 'Restored', '--mongodump', SAMPLE_DUMP]);
  const none = await type(['restore-job', 'show', 'Restored']);
  assert.match(none.text, /there is no restore job of Restored yet.*`longshore restore --help` says how/s);
  await type(['snapshot', 'create', 'Restored', '--watch']);
  await mongodb.stop();
  const cause = /ECONNREFUSED|no primary|cannot be (read|reached)/i;
  const { text, afterMs } = await type(['restore', 'Restored', 'target'], { until: cause });
  assert.ok(afterMs < SOON_MS, text);
  assert.match(
    text,
    /seen; the restore job \w+ of Restored continues.*`longshore restore-job cancel Restored \w+ --data-dir \S+` cancels/s,
  );
  await assertShown([['status'], ['restore-job', 'show', 'Restored'], ['restore-job', 'list', 'Restored']], cause);
  const { text: status } = await type(['status']);
  assert.match(status, /^Restored +1 +\S+ +0 +none +1$/m);
  const { text: listed } = await type(['restore-job', 'list', 'Restored']);
  const [id = ''] = /^[0-9a-f]{24}(?= +(queued|inProgress) )/m.exec(listed) ?? [];
  assert.match(listed, new RegExp(`^${id} .* target +[0-9a-f]{24}$`, 'm'));

  const cancelled = await type(['restore-job', 'cancel', 'Restored', id.slice(0, -1)]);
  assert.equal(cancelled.text, `Restore job ${id} of Restored is cancelled. What it has written to target stays.\n`);
  const watched = await type(['restore-job', 'watch', 'Restored']);
  assert.match(watched.text, new RegExp(`the restore job ${id} is cancelled`));
  const after = await type(['status']);
  assert.doesNotMatch(after.text, new RegExp(id));
  assert.match(after.text, /^Restored +1 +\S+ +0 +none +0$/m);
});

test('a completed restore job shows all that it restored, and not the last look at its progress', async () => {
  await using mongodb = await startScriptedMongodb({ topology: 'replicaSet', databases: {} });
  const environment = { URI: mongodb.uri };
  await type(['cluster', 'add', 'filled', '--mongodb-uri-env', 'URI', '--allow-empty'], { environment });
  await type(['cluster', 'add', 'Whole', '--mongodump', SAMPLE_DUMP]);
  await type(['snapshot', 'create', 'Whole', '--watch']);
  assert.match((await type(['restore', 'Whole', 'filled'])).text, /11 collections, 6,364 documents/);
  const { text } = await type(['restore-job', 'show', 'Whole']);
  assert.match(text, /^ +collections +11$/m);
  assert.match(text, /^ +done +3\.3 MB, 6,364 documents$/m);
  assert.match((await type(['restore-job', 'watch', 'Whole'])).text, /completed, 6,364 documents, 3\.3 MB to filled/);
});

test('an export whose snapshot was deleted is restored as the error says', async () => {
  await type(['cluster', 'add', 'Kept', '--mongodump', SAMPLE_DUMP]);
  await type(['backup', 'Kept', '--bucket', 'kept', '--create-bucket', '--watch']);
  const { text: listed } = await type(['export', 'list', 'Kept', '--json']);
  const [, id = ''] = /"id": ?"([0-9a-f]{24})"/.exec(listed) ?? [];
  await type(['snapshot', 'delete', 'Kept', 'latest']);
  const options = ['--to-dump', join(directory, 'restored')];
  const refused = (await type(['restore', `Kept/${id}`, ...options])).text.replaceAll(/\s*\n\s*/g, ' ');
  assert.match(refused, /was deleted; the export is in the bucket kept below exported_snapshots/);
  const [, address = ''] = /with the same options and this source: `(\S+)`/.exec(refused) ?? [];
  assert.ok(address.startsWith(join(dataDir, 'buckets', 'kept')), refused);
  const { text } = await type(['restore', address, ...options]);
  assert.match(text, /^ok /m);
});
