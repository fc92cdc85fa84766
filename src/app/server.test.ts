import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DigestClient } from '../../test/support/digest-client.ts';
import { systemClock } from '../kernel/clock.ts';
import { createLogger, silentLogger } from '../kernel/logger.ts';
import { resolveSettings, type Settings } from './config.ts';
import { openDataDirectory } from './data-directory.ts';
import { initialize, startServer, type RunningServer } from './server.ts';

function settingsIn(t: TestContext, more: Partial<Settings> = {}): Settings {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-server-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return { ...resolveSettings({ dataDir: join(directory, 'data'), port: '0' }, {}), ...more };
}

const start = (settings: Settings): Promise<RunningServer> =>
  startServer(settings, { clock: systemClock, logger: silentLogger });

const profileOf = (settings: Settings): Record<string, string> =>
  JSON.parse(readFileSync(join(settings.dataDir, 'profile.json'), 'utf8')) as Record<string, string>;

test('a first start makes everything and prints it; the next start keeps it, prints nothing, and renews the URL', async (t) => {
  const settings = settingsIn(t);
  const first = await start(settings);
  const made = first.firstStart;
  assert.ok(made);
  assert.equal(made.url, first.url);
  assert.deepEqual(profileOf(settings), { ...made });
  assert.equal(statSync(join(settings.dataDir, 'profile.json')).mode & 0o777, 0o600);
  assert.equal((await fetch(`${first.url}/api/atlas/v2`)).status, 401);
  await first.stop();
  await assert.rejects(fetch(first.url));

  const second = await start(settings);
  assert.equal(second.firstStart, undefined);
  assert.deepEqual(profileOf(settings), { ...made, url: second.url });
  await second.stop();
});

test('stored files are for their owner only, also in a directory that others may read', async (t) => {
  const settings = settingsIn(t);
  mkdirSync(settings.dataDir, { mode: 0o755 });
  const server = await start(settings);
  t.after(() => server.stop());
  const files = ['metadata.sqlite', 'metadata.sqlite-wal', 'encryption.key', 'profile.json'];
  for (const name of [...files, 'repository', 'buckets']) {
    assert.equal(statSync(join(settings.dataDir, name)).mode & 0o077, 0, name);
  }
});

test('a removed profile is not written again', async (t) => {
  const settings = settingsIn(t);
  await initialize(settings, { clock: systemClock });
  rmSync(join(settings.dataDir, 'profile.json'));
  const server = await start(settings);
  await server.stop();
  assert.ok(!existsSync(join(settings.dataDir, 'profile.json')));
});

test('an initialized directory is not initialized again, and its key is not repeated', async (t) => {
  const settings = settingsIn(t);
  const { profile } = await initialize(settings, { clock: systemClock });
  await assert.rejects(initialize(settings, { clock: systemClock }), (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ALREADY_INITIALIZED');
    return !error.message.includes(profile.privateKey);
  });
});

test('a first start that was killed before it printed its key begins anew', async (t) => {
  const settings = settingsIn(t);
  const killed = await openDataDirectory(settings, { clock: systemClock });
  const row = { id: 'a', name: 'half made', created_at: 0, skip_default_alerts_settings: 0 };
  await killed.metastore.database.insertInto('organizations').values(row).execute();
  await killed.close();
  const { profile } = await initialize(settings, { clock: systemClock });
  assert.ok(profile.privateKey);
  const after = await openDataDirectory(settings, { clock: systemClock });
  const organizations = await after.metastore.database.selectFrom('organizations').selectAll().execute();
  await after.close();
  assert.deepEqual(
    organizations.map(({ id }) => id),
    [profile.orgId],
  );
});

test('one directory has one server, and one port too', async (t) => {
  const settings = settingsIn(t);
  const server = await start(settings);
  t.after(() => server.stop());
  await assert.rejects(start(settings), { code: 'DATA_DIRECTORY_IN_USE' });
  await assert.rejects(initialize(settings, { clock: systemClock }), { code: 'DATA_DIRECTORY_IN_USE' });
  const port = Number(new URL(server.url).port);
  const elsewhere = settingsIn(t, { port });
  await assert.rejects(start(elsewhere), { code: 'ADDRESS_IN_USE' });
  await assert.rejects(start({ ...elsewhere, host: '192.0.2.1' }), { code: 'ADDRESS_UNUSABLE' });
  // A refused start has released the directory.
  const again = await start({ ...elsewhere, port: 0 });
  await again.stop();
});

test('a start notices that secrets were sealed with another encryption key', async (t) => {
  const settings = settingsIn(t);
  await initialize(settings, { clock: systemClock });
  const encryptionKey = Buffer.alloc(32, 1).toString('base64');
  await assert.rejects(start({ ...settings, encryptionKey }), { code: 'SEALED_SECRET_UNREADABLE' });
  rmSync(join(settings.dataDir, 'encryption.key'));
  await assert.rejects(start(settings), { code: 'ENCRYPTION_KEY_MISSING' });
});

test('a server that others can reach reads only the permitted directories', async (t) => {
  const server = await start(settingsIn(t, { host: '0.0.0.0' }));
  t.after(() => server.stop());
  assert.ok(server.firstStart);
  using client = new DigestClient(server.url, server.firstStart);
  const target = `/api/longshore/v1/groups/${server.firstStart.groupId}/clusters`;
  const dump = join(import.meta.dirname, '..', '..', 'sample', 'dump');
  const body = { name: 'Cluster0', mongodump: { directory: dump } };
  const reply = await client.send({ method: 'POST', target, body });
  assert.equal(reply.status, 400);
  assert.match(reply.text, /--dump-root/);
});

test('plain HTTP for other machines causes a warning', async (t) => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  const server = await startServer(settingsIn(t, { host: '0.0.0.0' }), { clock: systemClock, logger });
  await server.stop();
  assert.match(lines.join(''), /plain HTTP/);
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
});
