import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { freePort } from '../support/free-port.ts';
import { longshore } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { dockerfile } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
const LockFile = Type.Object({
  packages: Type.Record(
    Type.String(),
    Type.Object({
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

test('the packed package runs the demo with the dependencies that users get', async () => {
  using directory = temporaryDirectory('package');
  const folder = installPackage(directory.path);
  assert.deepEqual(readdirSync(folder).sort(), ['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'sample']);
  const child = spawn(process.execPath, [join(folder, 'bin/longshore.js'), 'demo'], {
    cwd: directory.path,
    env: { PATH: process.env['PATH'], HOME: directory.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, output);
  assert.match(output, /every size, SHA-256 and count is as \.manifest\.json says/);
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

test('the image copies what the package needs', async () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const needed of [
    'src',
    'scripts',
    'sample',
    'bin',
    'package.json',
    'package-lock.json',
    'tsconfig.build.json',
    'README.md',
  ]) {
    assert.ok(!ignored.includes(needed), needed);
  }
  const { stdout } = await longshore(['--version'], { home: ROOT });
  assert.match(stdout, /^\d/);
});
