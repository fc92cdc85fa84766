import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHost, parsePublicUrl } from './base-url.ts';

test('hosts', () => {
  for (const host of ['localhost', 'localhost:8080', '127.0.0.1:80', '[::1]:8080', 'a-b.example.com', 'under_score']) {
    assert.equal(isHost(host), true, host);
  }
  for (const host of [
    '',
    'a b',
    'a/b',
    'a"b',
    'user@host',
    'host:port',
    'host:123456',
    '[::1',
    'a?b',
    'a#b',
    '-a',
    'ü',
  ]) {
    assert.equal(isHost(host), false, host);
  }
});

test('public URLs', () => {
  assert.deepEqual(parsePublicUrl('https://Example.com:443/'), { origin: 'https://example.com', pathPrefix: '' });
  assert.deepEqual(parsePublicUrl('http://h:8080/long/shore/'), { origin: 'http://h:8080', pathPrefix: '/long/shore' });
  for (const text of ['', 'example.com', 'ftp://h', 'http://u:p@h', 'http://h?x=1', 'http://h#x']) {
    assert.throws(() => parsePublicUrl(text), { code: 'INVALID_PUBLIC_URL' }, text);
  }
});
