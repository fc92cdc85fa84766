import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/digest-client.ts';
import { Running, initialize, serve, type Initial, type Server } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';

// Schemathesis (https://schemathesis.io) makes requests from the OpenAPI documents, valid ones and others, and sequences of them. It compares
// each answer with the document, and repeats requests without credentials. Each run has a server of its own, with real credentials and a
// cluster that has a snapshot and an export.

interface Run {
  readonly version: 'v1.0' | 'v2';
  readonly caller: 'owner' | 'reader' | 'nobody';
  /** `fuzzing` makes random requests, `stateful` sequences of them, and `coverage` systematic ones, which no seed changes. */
  readonly phases: 'fuzzing,stateful' | 'fuzzing' | 'coverage';
  readonly seed: number;
}

const RUNS: readonly Run[] = [
  ...(['v1.0', 'v2'] as const).flatMap((version): readonly Run[] => [
    { version, caller: 'owner', phases: 'fuzzing,stateful', seed: 1 },
    { version, caller: 'owner', phases: 'fuzzing,stateful', seed: 2 },
    { version, caller: 'reader', phases: 'fuzzing', seed: 1 },
    { version, caller: 'nobody', phases: 'fuzzing', seed: 1 },
  ]),
  // v1.0 has the same handlers, and the systematic requests take a minute.
  { version: 'v2', caller: 'owner', phases: 'coverage', seed: 1 },
];

const READER = ['ORG_READ_ONLY'];

const PYTHON = process.env['PYTHON'] ?? 'python3';
const isThere = spawnSync(PYTHON, ['-c', 'import schemathesis'], { stdio: 'ignore' }).status === 0;

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
  // All other methods of a path are one case for the server.
  writeFileSync(join(directory.path, 'schemathesis.toml'), '[phases.coverage]\nunexpected-methods = ["trace"]\n');
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

/** Makes an API key that may read everything. */
async function makeReader({ client }: Server, { orgId }: Initial): Promise<Credentials> {
  const body = { desc: 'reader', roles: READER };
  const exchange = { method: 'POST', target: `/api/atlas/v2/orgs/${orgId}/apiKeys`, headers: NEWEST, body };
  const made = await client.send(exchange);
  return { publicKey: made.string('/publicKey'), privateKey: made.string('/privateKey') };
}

for (const { version, caller, phases, seed } of RUNS) {
  const name = `${version} is as its document says to the ${caller}: ${phases} with the seed ${seed}`;
  test(name, skipUnless('schemathesis', isThere), async () => {
    const data = join(directory.path, `${version}-${caller}-${phases}-${seed}`);
    const initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial, ['--rate-limits', 'off']);
    const known = await makeThings(server, initial);
    const { publicKey, privateKey } = caller === 'reader' ? await makeReader(server, initial) : initial;
    const run = new Running(
      PYTHON,
      [
        ...['-m', 'schemathesis.cli', 'run', `${server.url}/openapi/${version}.json`],
        ...['--checks', 'all', '--phases', phases, '--seed', String(seed), '--max-examples', '2', '--no-shrink'],
        // The database cannot store NUL, which no schema says.
        ...['--generation-allow-x00', 'false'],
        ...['--generation-database', 'none', '--continue-on-failure', '--no-color', '--warnings', 'off'],
        // Nobody else could do what they do.
        ...(caller === 'owner' ? DESTRUCTIVE.flatMap((id) => ['--exclude-operation-id', id]) : []),
      ],
      {
        home: directory.path,
        cwd: directory.path,
        env: {
          KNOWN: JSON.stringify(known),
          CALLER: caller,
          SEED: String(seed),
          PUBLIC_KEY: publicKey,
          PRIVATE_KEY: privateKey,
          SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
          PYTHONDONTWRITEBYTECODE: '1',
          PYTHONPATH: join(import.meta.dirname, 'clients'),
        },
      },
    );
    const { code, stdout, stderr } = await run.finished(900_000);
    // The last part has the failures. Some of the random values are long.
    assert.equal(code, 0, `${stdout}${stderr}`.replaceAll(/(?<=^.{500}).+/gm, '…').slice(-20_000));
    assert.match(stdout, /[1-9]\d* generated/);
    assert.doesNotMatch(server.process.stdout + server.process.stderr, /request failed/);
  });
}
