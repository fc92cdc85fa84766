import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPermittedHost, requirePermittedHosts } from './mongodb-hosts.ts';

test('without a list a server on a loopback address reads any host, and another server reads none', () => {
  assert.ok(isPermittedHost('db.example:27017', { mongodbHosts: undefined, host: '127.0.0.1' }));
  assert.ok(!isPermittedHost('127.0.0.1:27017', { mongodbHosts: undefined, host: '0.0.0.0' }));
});

test('each host of a connection string is checked, and an error repeats only the host', () => {
  const settings = { mongodbHosts: ['b.example'], host: '0.0.0.0' };
  requirePermittedHosts('mongodb://user:secret@b.example:1,b.example:2/', settings);
  assert.throws(() => requirePermittedHosts('mongodb://user:secret@b.example,169.254.169.254:80/', settings), {
    code: 'MONGODB_HOST_NOT_PERMITTED',
    message: /^clusters may not be registered from the host 169\.254\.169\.254:80;/,
  });
  assert.throws(() => requirePermittedHosts('mongodb+srv://user:secret@c.example/', settings), /c\.example/);
});
