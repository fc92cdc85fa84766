import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { freePort } from '../support/free-port.ts';
import { Running } from '../support/longshore.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';
import { dockerfile } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
const LockFile = Type.Object({
  packages: Type.Record(
    Type.String(),
    Type.Object({
      version: Type.Optional(Type.String()),
      dev: Type.Optional(Type.Boolean()),
      optional: Type.Optional(Type.Boolean()),
      hasInstallScript: Type.Optional(Type.Boolean()),
    }),
  ),
});
const { packages } = Value.Parse(LockFile, JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));

/** Packs the package as npm does, and unpacks it where npm installs it, beside the dependencies that users get. @returns its folder. */
function installPackage(directory: string): string {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: ROOT, stdio: 'ignore' });
  const [archive] = readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  assert.ok(archive !== undefined);
  const modules = join(directory, 'node_modules');
  const folder = join(modules, 'longshore');
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(directory, archive), '-C', folder, '--strip-components=1']);
  for (const [path, { dev }] of Object.entries(packages)) {
    // Nested packages come with the package that they are in.
    if (dev === true || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    const link = join(directory, path);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(join(ROOT, path), link);
    } catch (thrown) {
      assert.equal((thrown as NodeJS.ErrnoException).code, 'EEXIST');
    }
  }
  return folder;
}

/** The text of a chunk of the program, and of all chunks that are loaded with it. */
function loadedWith(program: string, chunk: string, loaded = new Map<string, string>()): string {
  if (!loaded.has(chunk)) {
    const text = readFileSync(join(program, chunk), 'utf8');
    loaded.set(chunk, text);
    for (const [, next = ''] of text.matchAll(/^(?:import|export) .*"\.\/([^"]+)";$/gm)) {
      loadedWith(program, next, loaded);
    }
  }
  return [...loaded.values()].join('\n');
}

suite('the packed package, with the dependencies that users get', () => {
  let directory: TemporaryDirectory;
  let folder: string;
  before(() => {
    directory = temporaryDirectory('package');
    folder = installPackage(directory.path);
  });
  after(() => directory[Symbol.dispose]());

  async function run(commandArguments: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const running = new Running(process.execPath, commandArguments, {
      home: directory.path,
      cwd: directory.path,
      env: environment,
    });
    const { code, stdout, stderr } = await running.finished(600_000);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  }

  test('holds the program, the sample, the documents and the files of deploy', () => {
    const documents = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
    const folders = ['bin', 'deploy', 'dist', 'docs', 'package.json', 'sample'];
    assert.deepEqual(readdirSync(folder).sort(), [...documents, ...folders]);
    assert.ok(existsSync(join(folder, 'docs/longshore.1')));
    assert.deepEqual(readdirSync(join(folder, 'dist')).sort(), ['THIRD-PARTY-LICENSES.txt', 'program']);
  });

  test('runs the demo', async () => {
    const output = await run([join(folder, 'bin/longshore.js'), 'demo']);
    assert.match(output, /every size, SHA-256 and count is as \.manifest\.json says/);
    const [, guide = ''] = /^ {2}then follow (.*)$/m.exec(output) ?? [];
    assert.ok(existsSync(guide), `the demo names a guide that is not there: ${guide}`);
  });

  test('passes the end to end tests of clouds and running deployments', async () => {
    const files = ['aws', 'clouds', 'mongodb'].map((name) => join(ROOT, 'test/e2e', `${name}.test.ts`));
    const output = await run(['--test', '--test-concurrency=1', ...files], {
      HOME: process.env['HOME'],
      PROGRAM_UNDER_TEST: join(folder, 'bin/longshore.js'),
    });
    assert.match(output, /pass [1-9]/);
  });

  test("loads the clouds' libraries and MongoDB's driver only when they are used", () => {
    const program = join(folder, 'dist/program');
    const loadedAtOnce = ['main.js', 'main-server.js'].map((chunk) => loadedWith(program, chunk)).join('\n');
    const whole = readdirSync(program).map((file) => readFileSync(join(program, file), 'utf8'));
    for (const mark of ['AmazonS3', 'x-ms-blob-type', 'oauth2.googleapis.com', 'mongodb-client-encryption']) {
      assert.ok(
        whole.some((text) => text.includes(mark)),
        mark,
      );
      assert.ok(!loadedAtOnce.includes(mark), mark);
    }
    // Each thread loads this.
    assert.ok(loadedWith(program, 'block-worker.js').length < 100_000);
  });

  test('holds the license of each bundled package', () => {
    const text = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const licenses = text.split(/^-{80}$/m).slice(1);
    assert.match(text, new RegExp(`parts of these ${licenses.length} packages`));
    for (const name of ['@aws-sdk/client-s3', '@azure/identity', 'assemblyscript', 'fastify', 'mongodb', 'typebox']) {
      const version = packages[`node_modules/${name}`]?.version;
      assert.ok(
        licenses.some((license) => license.startsWith(`\n${name} ${version} (`)),
        name,
      );
    }
    for (const license of licenses) assert.match(license, /copyright|permission|no text of its license/i);
  });
});

test('no dependency runs a script when it is installed', () => {
  const scripted = Object.entries(packages).filter(([, { hasInstallScript = false }]) => hasInstallScript);
  assert.deepEqual(
    scripted.map(([path]) => path),
    [],
  );
});

test('the image runs as a user of its own, and its server is healthy while only its volume can be written', async () => {
  const { instructions } = dockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const of = (name: string): string => instructions.findLast((each) => each.name === name)?.text ?? '';
  const list = (text: string): readonly string[] =>
    Value.Parse(Type.Array(Type.String()), JSON.parse(text.slice(text.indexOf('['))));
  const user = Number(of('USER'));
  assert.ok(user > 0, 'the user is not root');
  const [entry, ...fixed] = list(of('ENTRYPOINT'));
  assert.equal(entry, 'longshore');
  assert.deepEqual(of('VOLUME'), '/var/lib/longshore');

  using directory = temporaryDirectory('image');
  const volume = join(directory.path, 'volume');
  mkdirSync(volume);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(volume, user, user);
  chmodSync(directory.path, 0o755);
  const port = await freePort();
  const environment = Object.fromEntries(
    of('ENV')
      .split(' ')
      .map((pair) => pair.split('=', 2) as [string, string]),
  );
  const server = spawn(process.execPath, [join(ROOT, 'bin/longshore.js'), ...fixed, ...list(of('CMD'))], {
    cwd: '/',
    env: {
      ...environment,
      PATH: process.env['PATH'],
      LONGSHORE_HOST: '127.0.0.1',
      LONGSHORE_PORT: String(port),
      LONGSHORE_DATA_DIR: join(volume, 'data'),
    },
    stdio: 'ignore',
    ...(isRoot ? { uid: user, gid: user } : {}),
  });
  const ended = once(server, 'exit');
  try {
    const [node = '', ...probe] = list(of('HEALTHCHECK').replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`));
    assert.equal(node, 'node');
    await healthy(() => execFileSync(process.execPath, [...probe], { stdio: 'ignore' }));
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
});

async function healthy(probe: () => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      probe();
      return;
    } catch (thrown) {
      if (tries === 50) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

test('the image copies what the package needs', () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const needed of [
    'src',
    'scripts',
    'sample',
    'bin',
    'docs',
    'deploy',
    'package.json',
    'package-lock.json',
    'README.md',
  ]) {
    assert.ok(!ignored.includes(needed), needed);
  }
  // The machine code of the bundler is an optional package.
  assert.ok(
    dockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).instructions.some(
      ({ name, text }) => name === 'RUN' && text === 'npm ci && npm pack',
    ),
  );
});
