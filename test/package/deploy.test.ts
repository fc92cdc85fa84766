import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { options } from '../../src/app/config.ts';
import type { Json } from '../../src/kernel/json.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { at, textAt } from '../support/json.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { dockerfile } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { instructions } = dockerfile(read('Dockerfile'));
const variables = new Set<string>(Object.values(options).map(({ env }) => env));

function assertVariables(names: readonly string[]): void {
  for (const name of names.filter((each) => each.startsWith('LONGSHORE_'))) assert.ok(variables.has(name), name);
}

test('the files of deploy name options that exist', () => {
  for (const path of [
    'Dockerfile',
    'deploy/compose.yaml',
    'deploy/longshore.service',
    'deploy/kubernetes/longshore.yaml',
  ]) {
    assertVariables(read(path).match(/LONGSHORE_[A-Z0-9_]+/g) ?? []);
  }
});

test('the pod of Kubernetes runs as the user of the image, asks the probes, and mounts the volume', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/longshore.yaml')).map((each) => each.toJS() as Json);
  assert.deepEqual(
    documents.map((each) => textAt(each, '/kind')),
    ['PersistentVolumeClaim', 'Deployment', 'Service'],
  );
  const [claim = null, deployment = null] = documents;
  const pod = at(deployment, '/spec/template/spec') ?? null;
  const user = Number(instructions.findLast(({ name }) => name === 'USER')?.text);
  assert.deepEqual([at(pod, '/securityContext/runAsUser'), at(pod, '/securityContext/fsGroup')], [user, user]);
  assert.equal(at(pod, '/containers/0/livenessProbe/httpGet/path'), '/health/live');
  assert.equal(at(pod, '/containers/0/readinessProbe/httpGet/path'), '/health/ready');
  assert.equal(at(pod, '/containers/0/volumeMounts/0/mountPath'), '/var/lib/longshore');
  assert.equal(at(pod, '/volumes/0/persistentVolumeClaim/claimName'), textAt(claim, '/metadata/name'));
  assert.deepEqual(at(deployment, '/spec/strategy'), { type: 'Recreate' });
  // With links, each service of the namespace sets variables in the pod, and that of Longshore sets LONGSHORE_PORT.
  assert.equal(at(pod, '/enableServiceLinks'), false);
});

test('the compose file gives the server the volume of the image, and MinIO as its store', () => {
  const file = parse(read('deploy/compose.yaml')) as Json;
  assert.deepEqual(at(file, '/services/longshore/volumes'), ['longshore:/var/lib/longshore']);
  assert.equal(at(file, '/services/longshore/read_only'), true);
  assert.equal(at(file, '/services/longshore/environment/LONGSHORE_AWS'), 's3');
});

test('systemd accepts the unit', skipUnless('systemd-analyze', isOnPath('systemd-analyze')), () => {
  execFileSync('systemd-analyze', ['verify', join(ROOT, 'deploy/longshore.service')], { stdio: 'pipe' });
});
