import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildGoProgram, goFound } from '../../support/go-program.ts';
import { initialize, Running, serve } from '../../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../support/mongodump.ts';
import { skipUnless } from '../../support/skip-unless.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const SOURCE = join(import.meta.dirname, '../../support/go-clients');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
/** The version of go.mongodb.org/atlas in go.mod, and of the program: another one is built anew. */
const BINARY = join(CACHE, 'go-clients-0.38.0-1');

test(
  'go.mongodb.org/atlas with github.com/mongodb-forks/digest exports a cluster',
  skipUnless('go', goFound()),
  async () => {
    buildGoProgram(SOURCE, BINARY);
    using directory = temporaryDirectory('go-clients');
    const data = join(directory.path, 'data');
    const initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial);
    const dump = join(directory.path, 'dump');
    writeMongodump(dump, SMALL_DEPLOYMENT);
    await server.project.cluster('GoCluster', dump);
    const client = new Running(BINARY, [], {
      home: directory.path,
      env: {
        URL: server.url,
        PUBLIC_KEY: initial.publicKey,
        PRIVATE_KEY: initial.privateKey,
        GROUP_ID: initial.groupId,
        ROLE_ID: initial.roleId,
        CLUSTER: 'GoCluster',
      },
    });
    const { code, stdout, stderr } = await client.finished(90_000);
    assert.equal(code, 0, stderr);
    const { prefix, ...read } = JSON.parse(stdout) as { prefix: string };
    assert.match(prefix, new RegExp(`^exported_snapshots/${initial.orgId}/${initial.groupId}/GoCluster/`));
    assert.deepEqual(read, {
      cluster: 'IDLE',
      job: 'Successful',
      jobs: 1,
      policies: 5,
      snapshot: 'completed',
      unknownBucket: 404,
    });
  },
);
