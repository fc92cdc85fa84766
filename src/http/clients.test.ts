import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import DigestFetch from 'digest-fetch';
import { buildApi, GROUP, PRIVATE_KEY } from '../../test/support/api-server.ts';
import { skipUnless } from '../../test/support/skip-unless.ts';
import { systemClock } from '../kernel/clock.ts';

// HTTP clients of other projects against the server. Some fetch a challenge for each request, some reuse a nonce.

const PUBLIC_KEY = 'orgowner';
const run = promisify(execFile);
const runs = (command: string, ...commandArguments: readonly string[]): Promise<boolean> =>
  run(command, commandArguments).then(
    () => true,
    () => false,
  );

const PYTHON = process.env['PYTHON'] ?? 'python3';
const [hasCurl, hasUrllib, hasRequests] = await Promise.all([
  runs('curl', '--version'),
  runs(PYTHON, '-c', 'import urllib.request'),
  runs(PYTHON, '-c', 'import requests'),
]);
const curl = skipUnless('curl', hasCurl);

const challenges: string[] = [];
const app = buildApi({ clock: systemClock });
app.addHook('onResponse', (request, reply, done) => {
  if (reply.statusCode === 401) challenges.push(request.method);
  done();
});
let url = '';
before(async () => {
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/atlas/v1.0/groups/${GROUP}/optional`;
});
after(() => app.close());

/** Counts the challenges that the server sends while a client runs. */
async function challengesOf(work: () => Promise<unknown>): Promise<number> {
  const before = challenges.length;
  await work();
  return challenges.length - before;
}

const BODY = { description: 'Grüße' };
const TEXT = JSON.stringify(BODY);
const CREDENTIALS = ['--silent', '--digest', '--user', `${PUBLIC_KEY}:${PRIVATE_KEY}`];
const PATCH = ['--request', 'PATCH', '--header', 'Content-Type: application/json', '--data', TEXT];

test('curl fetches a challenge for each call', curl, async () => {
  const sent = await challengesOf(async () => {
    for (const suffix of ['', '?', '?pretty=false&envelope=false', '/']) {
      assert.equal((await run('curl', [...CREDENTIALS, ...PATCH, url + suffix])).stdout, TEXT);
    }
  });
  assert.equal(sent, 4);
});

// curl fetches a new challenge for each URL. The clients below keep a nonce.
test('curl fetches several URLs over one connection', curl, async () => {
  const urls = [url, `${url}?envelope=false`, `${url}/`];
  const sent = await challengesOf(async () => {
    const { stdout } = await run('curl', [...CREDENTIALS, ...PATCH, ...urls]);
    assert.equal(stdout, TEXT.repeat(3));
  });
  assert.equal(sent, 3);
});

test('curl waits with the body for 100 Continue', curl, async () => {
  const expecting = ['--header', 'Expect: 100-continue', '--expect100-timeout', '30'];
  assert.equal((await run('curl', [...CREDENTIALS, ...PATCH, ...expecting, url])).stdout, TEXT);
});

test('curl is refused with a wrong key', curl, async () => {
  const wrong = ['--silent', '--digest', '--user', `${PUBLIC_KEY}:wrong`, '--write-out', ' %{http_code}'];
  assert.match((await run('curl', [...wrong, ...PATCH, url])).stdout, /"errorCode" : "UNEXPECTED_ERROR"\n\} 401$/);
});

test('npm digest-fetch keeps the first nonce', async () => {
  const client = new DigestFetch(PUBLIC_KEY, PRIVATE_KEY);
  const headers = { 'Content-Type': 'application/json' };
  const sent = await challengesOf(async () => {
    for (const suffix of ['', '?pretty=false']) {
      const reply = (await client.fetch(url + suffix, { method: 'PATCH', body: TEXT, headers })) as Response;
      assert.deepEqual([reply.status, await reply.json()], [200, BODY]);
    }
  });
  assert.equal(sent, 1);
});

const python = (script: string): Promise<{ stdout: string }> =>
  run(PYTHON, ['-c', script, url, PUBLIC_KEY, PRIVATE_KEY, TEXT], { env: { ...process.env, PYTHONUTF8: '1' } });

const URLLIB = `
import sys, urllib.request
url, user, password, body = sys.argv[1:5]
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, user, password)
opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
for suffix in ("", "?pretty=false"):
    request = urllib.request.Request(url + suffix, body.encode(), {"Content-Type": "application/json"}, method="PATCH")
    print(opener.open(request).read().decode())
`;
test('Python urllib', skipUnless('python-urllib', hasUrllib), async () => {
  assert.equal((await python(URLLIB)).stdout, `${TEXT}\n${TEXT}\n`);
});

const REQUESTS = `
import sys, requests
from requests.auth import HTTPDigestAuth
url, user, password, body = sys.argv[1:5]
session = requests.Session()
session.auth = HTTPDigestAuth(user, password)
for parameters in ({}, {"pretty": False}, {"envelope": False}):
    reply = session.patch(url, params=parameters, data=body.encode(), headers={"Content-Type": "application/json"})
    print(reply.status_code, reply.text)
`;
test('Python requests, one nonce', skipUnless('python-requests', hasRequests), async () => {
  const sent = await challengesOf(async () => {
    assert.equal((await python(REQUESTS)).stdout, `200 ${TEXT}\n`.repeat(3));
  });
  assert.equal(sent, 1);
});
