import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { createUnauthenticated, UNAUTH_PREFIX } from './unauthenticated.ts';

const app = fastify();
await app.register(createUnauthenticated('1.2.3'), { prefix: UNAUTH_PREFIX });

test('the default version of MongoDB is text, as Atlas answers it', async () => {
  const answer = await app.inject(`${UNAUTH_PREFIX}/nds/defaultMongoDBMajorVersion`);
  assert.deepEqual(
    [answer.statusCode, answer.headers['content-type'], answer.body],
    [200, 'text/plain;charset=iso-8859-1', '8.0'],
  );
});

test('the version of the service is in a header', async () => {
  const answer = await app.inject(`${UNAUTH_PREFIX}/version`);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['x-mongodb-service-version'], `gitHash=${'0'.repeat(40)}; versionString=1.2.3`);
});

test('telemetry of any type is taken, and its length is limited', async () => {
  const send = async (payload: string) =>
    await app.inject({
      method: 'POST',
      url: `${UNAUTH_PREFIX}/telemetry/events`,
      headers: { 'content-type': 'application/json' },
      payload,
    });
  assert.equal((await send('[{"source":"atlascli"}]')).statusCode, 200);
  assert.equal((await send('x'.repeat(1024 * 1024 + 1))).statusCode, 413);
});
