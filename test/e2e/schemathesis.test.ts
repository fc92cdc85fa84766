import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Running, initialize, serve, type Initial, type Server } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';

// Schemathesis (https://schemathesis.io) makes requests from the OpenAPI documents, valid ones and others, and sequences of them. It compares
// each answer with the document, and repeats requests without credentials. Each run has a server of its own, with real credentials and a
// cluster that has a snapshot and an export.

const PYTHON = process.env['PYTHON'] ?? 'python3';
const isThere = spawnSync(PYTHON, ['-c', 'import schemathesis'], { stdio: 'ignore' }).status === 0;

/** The checks that are left out, because the contract of Atlas outranks them. */
const LEFT_OUT = [
  // A schema cannot say that an attribute needs another one, or that a cluster has certain snapshots. Such rules are Atlas's.
  'positive_data_acceptance',
];

/** These would end the caller's access, or the project that the others need. Tests of their own cover them. */
const DESTRUCTIVE = [
  'deleteGroup',
  'deleteOrg',
  'updateOrgSettings',
  'updateOrgApiKey',
  'deleteOrgApiKey',
  'addGroupApiKey',
  'updateGroupApiKeyRoles',
  'removeGroupApiKey',
];

let directory: TemporaryDirectory;
before(() => {
  directory = temporaryDirectory('schemathesis');
});
after(() => {
  directory[Symbol.dispose]();
});

async function makeThings({ project }: Server, { groupId, orgId, roleId }: Initial): Promise<Record<string, string>> {
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const clusterName = 'Cluster0';
  await project.cluster(clusterName, dump);
  const snapshotId = await project.completedSnapshot(clusterName);
  const exportBucketId = await project.bucket('fuzzed-bucket', roleId);
  const exportId = await project.successfulExport(clusterName, snapshotId, exportBucketId);
  return { groupId, orgId, roleId, clusterName, snapshotId, exportBucketId, exportId };
}

for (const version of ['v1.0', 'v2']) {
  for (const seed of ['1', '2']) {
    test(`${version} is as its document says, with the seed ${seed}`, skipUnless('schemathesis', isThere), async () => {
      const data = join(directory.path, `${version}-${seed}`);
      const initial = await initialize(data, directory.path);
      await using server = await serve(data, directory.path, initial, ['--rate-limits', 'off']);
      const known = await makeThings(server, initial);
      const run = new Running(
        PYTHON,
        [
          ...['-m', 'schemathesis.cli', 'run', `${server.url}/openapi/${version}.json`],
          ...['--checks', 'all', '--exclude-checks', LEFT_OUT.join(), '--phases', 'fuzzing,stateful'],
          ...['--seed', seed, '--max-examples', '2', '--no-shrink', '--continue-on-failure', '--no-color'],
          ...['--warnings', 'off'],
          ...DESTRUCTIVE.flatMap((id) => ['--exclude-operation-id', id]),
        ],
        {
          home: directory.path,
          cwd: directory.path,
          env: {
            KNOWN: JSON.stringify(known),
            SEED: seed,
            PUBLIC_KEY: initial.publicKey,
            PRIVATE_KEY: initial.privateKey,
            SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
            PYTHONDONTWRITEBYTECODE: '1',
            PYTHONPATH: join(import.meta.dirname, 'clients'),
          },
        },
      );
      const { code, stdout, stderr } = await run.finished(300_000);
      // The last part has the failures.
      assert.equal(code, 0, `${stdout}${stderr}`.slice(-20_000));
      assert.match(stdout, /[1-9]\d* generated/);
      assert.doesNotMatch(server.process.stdout + server.process.stderr, /request failed/);
    });
  }
}
