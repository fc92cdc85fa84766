import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { textAt } from '../support/json.ts';
import { initialize, longshore, serve, startLongshore } from '../support/longshore.ts';
import type { Finished, Initial, Server } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Json } from '../../src/kernel/json.ts';

// The command line as a black box: what it prints, how it ends, and what it keeps to itself.

const json = (run: Finished): Json => JSON.parse(run.stdout) as Json;

function expectFailure(run: Finished, message: RegExp): void {
  assert.notEqual(run.code, 0, run.stdout);
  assert.equal(run.signal, null);
  assert.match(run.stderr, message);
  assert.doesNotMatch(run.stderr, /\n\s+at .*\.ts/, 'a message, not a stack trace');
}

/** The command lines of all processes of this machine. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

interface Setting extends AsyncDisposable {
  readonly directory: string;
  readonly data: string;
  readonly initial: Initial;
  readonly server: Server;
  run(...commandArguments: string[]): Promise<Finished>;
}

async function setting(): Promise<Setting> {
  const directory = temporaryDirectory('cli');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  const server = await serve(data, directory.path, initial);
  return {
    directory: directory.path,
    data,
    initial,
    server,
    run: async (...commandArguments) =>
      await longshore([...commandArguments, '--data-dir', data], { home: directory.path, cwd: directory.path }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

test('init prints one JSON object, keeps its secret files to their owner, and is not done twice', async () => {
  using directory = temporaryDirectory('cli');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  for (const id of [initial.orgId, initial.groupId, initial.roleId]) assert.match(id, /^[0-9a-f]{24}$/);
  assert.match(initial.publicKey, /^[a-z]{8}$/);
  assert.match(initial.privateKey, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const mode = (name: string) => (statSync(join(data, name)).mode & 0o777).toString(8);
  assert.deepEqual([mode(''), mode('profile.json'), mode('encryption.key')], ['700', '600', '600']);

  const again = await longshore(['init', '--data-dir', data, '--json'], { home: directory.path });
  assert.doesNotMatch(again.stdout + again.stderr, new RegExp(initial.privateKey), 'the key was shown twice');
});

test('a first serve on an empty directory prints the key and the request to paste, once', async () => {
  using directory = temporaryDirectory('cli');
  const data = join(directory.path, 'data');
  const start = () => startLongshore(['serve', '--data-dir', data, '--port', '0'], { home: directory.path });
  const first = start();
  try {
    await first.output(/http:\/\/127\.0\.0\.1:\d+/);
    await first.output(/curl [\s\S]*--digest[\s\S]*exportBuckets/);
  } finally {
    await first.end('SIGTERM');
  }
  const profile = JSON.parse(readFileSync(join(data, 'profile.json'), 'utf8')) as { privateKey: string; url: string };
  assert.ok(!first.stdout.includes(profile.privateKey), 'the private key is printed to a terminal only');
  assert.match(first.stdout, /private key +in .*profile\.json\n/);
  assert.ok(!first.stderr.includes(profile.privateKey), 'and not logged');

  const second = start();
  try {
    await second.output(/http:\/\/127\.0\.0\.1:\d+/);
    await sleep(200);
  } finally {
    await second.end('SIGTERM');
  }
  assert.ok(!(second.stdout + second.stderr).includes(profile.privateKey), 'the private key is printed once');
});

test('from a dump to an export, with one command after another', async () => {
  await using place = await setting();
  const dump = join(place.directory, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const expectJson = (run: Finished): Json => {
    assert.equal(run.code, 0, run.stderr);
    return json(run);
  };
  assert.equal(
    textAt(expectJson(await place.run('cluster', 'add', 'Cluster0', '--mongodump', dump, '--json')), '/name'),
    'Cluster0',
  );
  const snapshot = expectJson(await place.run('snapshot', 'create', 'Cluster0', '--watch', '--json'));
  assert.equal(textAt(snapshot, '/status'), 'completed');
  const bucket = await place.server.project.bucket('from-the-command-line', place.initial.roleId);
  const created = expectJson(
    await place.run(
      ...['export', 'create', 'Cluster0', '--snapshot', textAt(snapshot, '/id'), '--bucket', bucket],
      ...['--watch', '--json'],
    ),
  );
  assert.equal(textAt(created, '/state'), 'Successful');
  const root = join(place.data, 'buckets/from-the-command-line');
  assert.deepEqual(prefixesOf(root), [textAt(created, '/prefix')]);
  assert.ok(checkCompleteExport(root, textAt(created, '/prefix')) > 300);

  const watched = await place.run(
    ...['export', 'create', 'Cluster0', '--snapshot', textAt(snapshot, '/id'), '--bucket', bucket, '--watch'],
  );
  assert.equal(watched.code, 0, watched.stderr);
  assert.match(watched.stdout + watched.stderr, /Successful/);
  // Not a terminal: no cursor movements, no colours.
  assert.equal((watched.stdout + watched.stderr).includes('\u001b'), false);
});

test('a failed export is a failed command', async () => {
  await using place = await setting();
  const dump = join(place.directory, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await place.server.project.cluster('Cluster0', dump);
  const snapshot = await place.server.project.completedSnapshot('Cluster0');
  const bucket = await place.server.project.bucket('blocked', place.initial.roleId);
  writeFileSync(join(place.data, 'buckets/blocked/exported_snapshots', place.initial.orgId), 'in the way');
  const run = await place.run('export', 'create', 'Cluster0', '--snapshot', snapshot, '--bucket', bucket, '--watch');
  expectFailure(run, /Failed|failed/);
});

test('no secret is in any command line, log or output', skipUnless('/proc', process.platform === 'linux'), async () => {
  await using place = await setting();
  const dump = join(place.directory, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const secret = place.initial.privateKey;
  const running = startLongshore(['cluster', 'add', 'Cluster0', '--mongodump', dump, '--data-dir', place.data], {
    home: place.directory,
  });
  const seen: string[] = [];
  const ended = running.finished();
  const state = { over: false };
  void ended.finally(() => (state.over = true));
  while (!state.over) {
    seen.push(...commandLines());
    await sleep(5);
  }
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.ok(
    seen.some((line) => line.includes('longshore.js')),
    'the command was not seen running',
  );
  assert.deepEqual(
    seen.filter((line) => line.includes(secret)),
    [],
  );
  const { process: server } = place.server;
  for (const text of [stdout, stderr, server.stdout, server.stderr]) assert.equal(text.includes(secret), false);
});

test('errors say what failed and what to do', async () => {
  await using place = await setting();
  const dump = join(place.directory, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  expectFailure(await place.run('snapshot', 'create', 'NoSuchCluster'), /NoSuchCluster/);
  expectFailure(
    await place.run('cluster', 'add', 'Cluster0', '--mongodump', join(place.directory, 'nowhere')),
    /nowhere/,
  );
  expectFailure(await place.run('cluster', 'add', 'Cluster0'), /mongodump/);
  expectFailure(await place.run('nonsense'), /nonsense/);
  expectFailure(await place.run('export', 'create', 'Cluster0'), /--bucket/);
  const options = { home: place.directory, cwd: place.directory };
  const elsewhere = join(place.directory, 'elsewhere');
  mkdirSync(elsewhere);
  expectFailure(await longshore(['snapshot', 'create', 'Cluster0', '--data-dir', elsewhere], options), /profile|key/i);
  expectFailure(
    await longshore(['snapshot', 'create', 'C', '--data-dir', place.data, '--url', 'http://127.0.0.1:1'], options),
    /127\.0\.0\.1:1/,
  );
  const wrong = await longshore(['snapshot', 'create', 'C', '--data-dir', place.data], {
    ...options,
    env: { LONGSHORE_PRIVATE_KEY: '00000000-0000-0000-0000-000000000000' },
  });
  expectFailure(wrong, /key|authorized/i);
  expectFailure(await longshore(['serve', '--port', '99999', '--data-dir', elsewhere], options), /port/);
});

test('every command has --help, and the program a version', async () => {
  using directory = temporaryDirectory('cli');
  const options = { home: directory.path };
  const main = await longshore(['--help'], options);
  assert.equal(main.code, 0);
  for (const command of [['init'], ['serve'], ['demo'], ['cluster'], ['snapshot'], ['export']]) {
    assert.match(main.stdout, new RegExp(`^\\s+${command.join(' ')}\\b`, 'm'));
    const help = await longshore([...command, '--help'], options);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.match(help.stdout, /Usage: longshore/);
  }
  for (const command of ['cluster add', 'snapshot create', 'export create']) {
    const help = await longshore([...command.split(' '), '--help'], options);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--json/);
  }
  assert.match((await longshore(['--version'], options)).stdout, /^\d+\.\d+\.\d+\n$/);
});
