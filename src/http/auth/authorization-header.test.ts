import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseDigestCredentials } from './authorization-header.ts';

const RESPONSE = '0123456789abcdef0123456789abcdef';
const EXPECTED = {
  username: 'abcdefgh',
  realm: 'MMS Public API',
  nonce: 'n+/=',
  uri: '/api?a=b,c',
  cnonce: '0a4f113b',
  nc: '00000001',
  response: RESPONSE,
};

const COMMON = 'username="abcdefgh", realm="MMS Public API", nonce="n+/=", uri="/api?a=b,c"';

describe('what clients send', () => {
  const headers = {
    curl: `Digest ${COMMON}, cnonce="0a4f113b", nc=00000001, qop=auth, response="${RESPONSE}", algorithm=MD5`,
    'Go: algorithm quoted': `Digest ${COMMON}, response="${RESPONSE}", algorithm="MD5", cnonce="0a4f113b", qop=auth, nc=00000001`,
    'requests: qop quoted': `Digest ${COMMON}, response="${RESPONSE}", algorithm="MD5", qop="auth", nc=00000001, cnonce="0a4f113b"`,
    'no algorithm': `Digest ${COMMON}, response="${RESPONSE}", qop=auth, nc=00000001, cnonce="0a4f113b"`,
    'digest-fetch: no spaces': `Digest ${COMMON.replaceAll(', ', ',')},qop=auth,algorithm=MD5,response="${RESPONSE}",nc=00000001,cnonce="0a4f113b"`,
    'names and scheme in other case': `DIGEST ${COMMON.replace('username', 'UserName')}, QOP=AUTH, response="${RESPONSE.toUpperCase()}", NC=00000001, cnonce="0a4f113b"`,
    'opaque and unknown directives': `Digest ${COMMON}, opaque="", charset=UTF-8, response="${RESPONSE}", qop=auth, nc=00000001, cnonce="0a4f113b"`,
    'escapes in quoted strings': `Digest ${COMMON.replace('abcdefgh', 'abc\\defgh')}, response="${RESPONSE}", qop=auth, nc=00000001, cnonce="0a4f113b"`,
    'tabs, spaces, empty elements': `Digest \t${COMMON} ,, response = "${RESPONSE}" ,qop=auth,\tnc=00000001, cnonce="0a4f113b",`,
  };
  for (const [client, header] of Object.entries(headers)) {
    test(client, () => assert.deepEqual(parseDigestCredentials(header), EXPECTED));
  }
});

describe('what is refused', () => {
  const good = `Digest ${COMMON}, response="${RESPONSE}", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f113b"`;
  const refused = {
    Basic: 'Basic YWJjOmRlZg==',
    'no directives': 'Digest ',
    'another algorithm': good.replace('MD5', 'SHA-256'),
    'a session algorithm': good.replace('MD5', 'MD5-sess'),
    'auth-int': good.replace('qop=auth', 'qop=auth-int'),
    'no qop (RFC 2069)': good.replace(', qop=auth', ''),
    'no nc': good.replace(', nc=00000001', ''),
    'short nc': good.replace('nc=00000001', 'nc=1'),
    'empty cnonce': good.replace('0a4f113b', ''),
    'no uri': good.replace(', uri="/api?a=b,c"', ''),
    'short response': good.replace(RESPONSE, RESPONSE.slice(1)),
    'a directive twice': `${good}, username="other"`,
    'an open quote': good.slice(0, -1),
    'text between directives': good.replace(', nonce', ' nonsense, nonce'),
  };
  for (const [name, header] of Object.entries(refused)) {
    test(name, () => assert.equal(parseDigestCredentials(header), undefined));
  }
});

test('any text is read or refused, quickly', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.string().map((text) => `Digest ${text}`),
    fc
      .array(fc.constantFrom('Digest ', 'username', '=', '"', ',', ' ', '\\', 'nc', '00000001', '\t'), {
        maxLength: 60,
      })
      .map((parts) => `Digest ${parts.join('')}`),
  );
  fc.assert(
    fc.property(noise, (header) => {
      const credentials = parseDigestCredentials(header);
      if (credentials !== undefined) assert.match(credentials.response, /^[0-9a-f]{32}$/);
    }),
  );
  // Measures processor time, because other processes do not add to it. A backtracking search would take minutes.
  const started = process.cpuUsage();
  parseDigestCredentials(`Digest ${'a="'.repeat(5000)}${' '.repeat(5000)}`);
  parseDigestCredentials(`Digest ${'\\'.repeat(16_000)}`);
  parseDigestCredentials(`Digest a="${'\\"'.repeat(8000)}`);
  assert.ok(process.cpuUsage(started).user < 1_000_000);
});
