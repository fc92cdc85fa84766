import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { freePort } from '../support/free-port.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { childEnvironment } from '../support/longshore.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The job of docs/guides/in-ci.md: each line of it is run, but for those of GitHub's own actions.

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/in-ci.md'), 'utf8');

const Workflow = Type.Object({
  jobs: Type.Object({
    backups: Type.Object({
      env: Type.Record(Type.String(), Type.String()),
      steps: Type.Array(
        Type.Object({
          name: Type.Optional(Type.String()),
          run: Type.Optional(Type.String()),
          uses: Type.Optional(Type.String()),
        }),
      ),
    }),
  }),
});

function jobOfGuide() {
  const [, block = ''] = /^```yaml\n(.*?)^```$/ms.exec(GUIDE) ?? [];
  return Value.Parse(Workflow, parse(block)).jobs.backups;
}

test('the job installs the package of this version', () => {
  const { version } = Value.Parse(
    Type.Object({ version: Type.String() }),
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
  );
  const install = jobOfGuide().steps.find(({ name }) => name === 'Install Longshore');
  assert.equal(install?.run, `npm install --global ./longshore-${version}.tgz`);
  assert.ok(readFileSync(join(ROOT, 'docs/guides/operating.md'), 'utf8').includes(install.run));
});

const tools = { ...skipUnless('curl', isOnPath('curl')), ...skipUnless('jq', isOnPath('jq') && isOnPath('bash')) };

test('each step of the job succeeds, one after the other', { ...tools, timeout: 300_000 }, async () => {
  using directory = temporaryDirectory('in-ci');
  const port = String(await freePort());
  const path = (name: string): string => join(directory.path, name);
  mkdirSync(path('bin'));
  symlinkSync(join(ROOT, 'bin/longshore.js'), path('bin/longshore'));
  writeFileSync(path('github-env'), '');
  const job = jobOfGuide();
  const steps = job.steps.filter(({ run, name }) => run !== undefined && name !== 'Install Longshore');
  assert.equal(steps.length, 6);
  let pid = '';
  try {
    for (const { name = '', run = '' } of steps) {
      assert.doesNotMatch(run, /^\s*! /m, 'bash -e goes on after `! command`, whether the command failed or not');
      // As the runner does: bash -e, and the variables of earlier steps. The background process outlives its step.
      const earlier = readFileSync(path('github-env'), 'utf8').trim().split('\n').filter(Boolean);
      const child = spawn('bash', ['-e', '-c', `${run.replaceAll('8080', port)}\necho "$!" >>pids`], {
        cwd: directory.path,
        env: childEnvironment(directory.path, {
          ...job.env,
          ...Object.fromEntries(earlier.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string])),
          LONGSHORE_PORT: port,
          GITHUB_ENV: path('github-env'),
          PATH: `${path('bin')}:${process.env['PATH'] ?? ''}`,
        }),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(child, 'close');
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const [code] = (await ended) as [number];
      pid ||= readFileSync(path('pids'), 'utf8').trim();
      assert.equal(code, 0, `${name}: ${out}${err}`);
    }
  } finally {
    if (/^\d+$/.test(pid)) process.kill(Number(pid), 'SIGTERM');
  }
});
