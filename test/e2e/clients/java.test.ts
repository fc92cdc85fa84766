import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fetchJavaLibraries, javaFound } from '../../support/java-libraries.ts';
import { initialize, Running, serve } from '../../support/longshore.ts';
import { skipUnless } from '../../support/skip-unless.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const SOURCE = join(import.meta.dirname, '../../support/java-clients');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
/** The versions of the libraries in pom.xml. */
const LIBRARIES = join(CACHE, 'httpclient-4.5.14-5.4.1');

test("Apache's HttpClient 4.5 and 5", skipUnless('java', javaFound()), async () => {
  fetchJavaLibraries(join(SOURCE, 'pom.xml'), LIBRARIES);
  using directory = temporaryDirectory('java-clients');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  // Java compiles a single file by itself.
  const client = new Running('java', ['--class-path', join(LIBRARIES, '*'), join(SOURCE, 'Clients.java')], {
    home: directory.path,
    env: {
      URL: `${server.url}/api/atlas/v1.0/groups/${initial.groupId}/backup/exportBuckets`,
      PUBLIC_KEY: initial.publicKey,
      PRIVATE_KEY: initial.privateKey,
      BODY: JSON.stringify({ iamRoleId: initial.roleId, bucketName: 'java-bucket', cloudProvider: 'AWS' }),
    },
  });
  const { code, stdout, stderr } = await client.finished(90_000);
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 8, stdout);
  for (let line = 0; line < 8; line += 2) {
    assert.equal(lines[line], '200', stdout);
    const { bucketName, iamRoleId } = JSON.parse(lines[line + 1] ?? '') as { bucketName: string; iamRoleId: string };
    assert.deepEqual([bucketName, iamRoleId], ['java-bucket', initial.roleId]);
  }
});
