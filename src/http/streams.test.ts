import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { buildApi, GROUP, PRIVATE_KEY, sign, THING } from '../../test/support/api-server.ts';
import { systemClock } from '../kernel/clock.ts';

// Bodies that are streams, and how long bodies may take: over a real socket, because injected requests have none.

const BODY_LIMIT_BYTES = 1000;
const app = buildApi({
  clock: systemClock,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  bodyTimeouts: { wholeBodyMs: 200, silenceMs: 400 },
});
let url = '';
before(async () => (url = await app.listen({ host: '127.0.0.1', port: 0 })));
after(() => app.close());

const BYTES = `/api/longshore/v1/groups/${GROUP}/things/${THING}/bytes`;
const JSON_BODY = `/api/atlas/v1.0/groups/${GROUP}/optional`;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Begins a request whose body is still to come. */
async function begin(
  method: string,
  uri: string,
  type: string | undefined,
): Promise<{ readonly sent: ClientRequest; readonly answer: Promise<Answer> }> {
  const challenge = (await fetch(`${url}/api`)).headers.get('www-authenticate') ?? '';
  const signed = sign(`www-authenticate: ${challenge}`, { key: 'orgowner', privateKey: PRIVATE_KEY, method, uri });
  const sent = request(url + uri, {
    method,
    headers: { authorization: signed, ...(type === undefined ? {} : { 'content-type': type }) },
    agent: false,
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
  });
  return { sent, answer };
}

const STREAM = 'application/octet-stream';

test('a streamed body may be longer than every other', async () => {
  const { sent, answer } = await begin('POST', BYTES, STREAM);
  const piece = Buffer.alloc(64 * 1024);
  for (let count = 0; count < 200; count++) sent.write(piece);
  sent.end();
  assert.deepEqual(await answer, { status: 200, body: `{"bytes":${200 * piece.byteLength}}` });
  const { status } = await fetch(`${url}/api/atlas/v1.0`, { method: 'POST', body: Buffer.alloc(10) });
  assert.equal(status, 401);
});

test('a streamed body may take longer than every other, as long as something comes', async () => {
  const { sent, answer } = await begin('POST', BYTES, STREAM);
  let count = 0;
  const timer = setInterval(() => {
    sent.write('x');
    if (++count < 10) return;
    clearInterval(timer);
    sent.end();
  }, 60);
  assert.deepEqual(await answer, { status: 200, body: '{"bytes":10}' });
});

test('a stream that is refused in its middle is answered, while its rest is discarded', async () => {
  const { sent, answer } = await begin('POST', `${BYTES}?atMost=100`, STREAM);
  const piece = Buffer.alloc(64 * 1024);
  for (let count = 0; count < 200; count++) sent.write(piece);
  sent.end();
  const { status, body } = await answer;
  assert.equal(status, 400);
  assert.match(body, /"errorCode":"TOO_MANY"/);
});

test('a stream in which nothing comes any more is ended', async () => {
  const { sent, answer } = await begin('POST', BYTES, STREAM);
  sent.write('x');
  await assert.rejects(answer, { code: 'ECONNRESET' });
});

test('any other body that does not come in time is refused', async () => {
  const { sent, answer } = await begin('PATCH', JSON_BODY, 'application/json');
  sent.write('{');
  const { status, body } = await answer;
  assert.equal(status, 408);
  assert.match(body, /"errorCode":"REQUEST_TIMEOUT"/);
});

test('a body that does not come in time after its request was refused is not waited for', async () => {
  const sent = request(`${url}/api/atlas/v1.0`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  sent.on('error', () => undefined);
  sent.write('{');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 401);
  response.resume();
  await once(sent, 'close');
});

for (const [what, type, body] of [
  ['JSON', 'application/json', '{}'],
  ['nothing', undefined, ''],
] as const) {
  test(`${what} is no stream`, async () => {
    const { sent, answer } = await begin('POST', BYTES, type);
    sent.end(body);
    assert.equal((await answer).status, 415);
  });
}
