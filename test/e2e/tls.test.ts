import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serialize } from 'bson';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, serve } from '../support/longshore.ts';
import { startScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 120_000 };

test(
  'a deployment with a certificate of its own is refused with advice, and read where the server trusts its authority',
  { ...LIMIT, ...skipUnless('openssl', isOnPath('openssl')) },
  async () => {
    using directory = temporaryDirectory('tls');
    const home = directory.path;
    const [data, key, cert] = ['data', 'key.pem', 'cert.pem'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ];
    execFileSync('openssl', request, { stdio: 'ignore' });
    await using mongodb = await startScriptedMongodb({
      topology: 'replicaSet',
      databases: { shop: { orders: { documents: [serialize({ _id: 1 })] } } },
      tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
    });
    const initial = await initialize(data, home);
    const env = { URI: `${mongodb.uri}&tls=true&serverSelectionTimeoutMS=1000` };
    const add = () =>
      longshore(['cluster', 'add', 'Live', '--mongodb-uri-env', 'URI', '--data-dir', data], { home, env });
    {
      await using server = await serve(data, home, initial);
      assert.ok(server.process.isRunning);
      const refused = await add();
      assert.equal(refused.code, 4, refused.stderr);
      assert.match(refused.stderr, /self-signed certificate.*NODE_EXTRA_CA_CERTS/s);
    }
    await using server = await serve(data, home, initial, [], { NODE_EXTRA_CA_CERTS: cert });
    assert.ok(server.process.isRunning);
    const added = await add();
    assert.equal(added.code, 0, added.stderr);
    assert.match(added.stdout, /A snapshot takes 1 collection: shop\.orders/);
  },
);
