import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseClientCredentials } from './oauth-client.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('Basic has the id before the first colon', () => {
  assert.deepEqual(parseClientCredentials(basic('id:a:b'), undefined), { clientId: 'id', clientSecret: 'a:b' });
});

test('credentials in two places are ambiguous, also if one of them is wrong', () => {
  const form = new URLSearchParams({ client_id: 'id', client_secret: 'secret' });
  assert.equal(parseClientCredentials(basic('id:secret'), form), 'ambiguous');
  assert.deepEqual(parseClientCredentials(undefined, form), { clientId: 'id', clientSecret: 'secret' });
  // A client id alone only repeats the header's.
  assert.deepEqual(parseClientCredentials(basic('id:secret'), new URLSearchParams({ client_id: 'id' })), {
    clientId: 'id',
    clientSecret: 'secret',
  });
});

test('half of the credentials are none', () => {
  for (const form of [new URLSearchParams({ client_id: 'id' }), new URLSearchParams({ client_secret: 's' }), undefined])
    assert.equal(parseClientCredentials(undefined, form), undefined);
});

test('property: what a client encodes is read, percent-encoded or not', () => {
  const text = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);
  fc.assert(
    fc.property(text, text, (clientId, clientSecret) => {
      const encode = (plain: string) => plain.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
      for (const header of [basic(`${clientId}:${clientSecret}`), basic(`${encode(clientId)}:${encode(clientSecret)}`)])
        assert.deepEqual(parseClientCredentials(header, undefined), { clientId, clientSecret });
    }),
  );
});

test('property: any header is read or refused', () => {
  const header = fc.oneof(
    fc.string(),
    fc.string().map(basic),
    fc.base64String().map((text) => `Basic ${text}`),
  );
  fc.assert(
    fc.property(header, (authorization) => {
      const parsed = parseClientCredentials(authorization, undefined);
      assert.ok(parsed === undefined || typeof parsed === 'object');
    }),
  );
});
