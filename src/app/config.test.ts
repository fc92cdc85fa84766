import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { optionNames, options, resolveClientSettings, resolveSettings, type OptionRecord } from './config.ts';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'longshore-config-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function file(t: TestContext, name: string, content: unknown, mode = 0o600): string {
  const path = join(directory(t), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return path;
}

const refused = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && pattern.test(`${error.message} ${error.hint ?? ''}`);

test('flags override the environment, the environment overrides the file, and the file overrides the defaults', (t) => {
  const config = file(t, 'config.json', { port: 3, host: 'file.example', logLevel: 'warn' });
  const environment = { LONGSHORE_CONFIG: config, LONGSHORE_PORT: '2', LONGSHORE_HOST: 'environment.example' };
  const settings = resolveSettings({ port: '1' }, environment);
  assert.equal(settings.port, 1);
  assert.equal(settings.host, 'environment.example');
  assert.equal(settings.logLevel, 'warn');
  assert.equal(settings.dataDir, './longshore-data');
});

test('an invalid value of an option is refused with a description of valid values', () => {
  for (const port of ['', '-1', '65536', '80.5', '0x50', 'http', '1e3']) {
    assert.throws(() => resolveSettings({ port }, {}), refused('INVALID_OPTION', /--port is .*0 to 65535/));
  }
  assert.throws(
    () => resolveSettings({}, { LONGSHORE_LOG_LEVEL: 'loud' }),
    refused('INVALID_OPTION', /LONGSHORE_LOG_LEVEL/),
  );
  for (const url of ['ftp://h', 'h:8080', 'http://u:p@h', 'http://h/?q=1', 'http://h/#f']) {
    assert.throws(() => resolveSettings({ publicUrl: url }, {}), refused('INVALID_OPTION', /--public-url/));
  }
  for (const dumpRoot of ['', 'dumps', '/a:b', '/a:']) {
    assert.throws(() => resolveSettings({ dumpRoot }, {}), refused('INVALID_OPTION', /--dump-root .*absolute/));
  }
  assert.deepEqual(resolveSettings({ dumpRoot: '/a:/b c' }, {}).dumpRoot, ['/a', '/b c']);
  assert.equal(resolveSettings({ publicUrl: 'https://h/base/' }, {}).publicUrl, 'https://h/base');
});

test('a configuration file is refused whole when it is missing, no object, or has an unknown key', (t) => {
  const invalid = (content: unknown, pattern: RegExp) => {
    const config = file(t, 'config.json', content);
    assert.throws(() => resolveSettings({ config }, {}), refused('INVALID_CONFIG_FILE', pattern));
  };
  invalid('{', /JSON/);
  invalid([], /it must be object/);
  invalid({ prot: 1 }, /unknown key prot.*port/);
  assert.throws(() => resolveSettings({ config: '/nonexistent' }, {}), refused('INVALID_CONFIG_FILE', /ENOENT/));
});

test('a file with a secret that others may open is refused', (t) => {
  const config = file(t, 'config.json', { privateKey: 'x' });
  assert.equal(resolveSettings({ config }, {}).privateKey, 'x');
  chmodSync(config, 0o640);
  assert.throws(() => resolveSettings({ config }, {}), refused('FILE_NOT_PRIVATE', /0640.*chmod 600/));
});

test('the profile gives the settings that nothing else gives', (t) => {
  const profile = file(t, 'profile.json', {
    url: 'http://p:1',
    groupId: 'g',
    publicKey: 'k',
    privateKey: 's',
    roleId: 'r',
  });
  const settings = resolveClientSettings({ profile, groupId: 'other' }, { LONGSHORE_PUBLIC_KEY: 'e' });
  assert.deepEqual(
    [settings.url, settings.groupId, settings.publicKey, settings.privateKey],
    ['http://p:1', 'other', 'e', 's'],
  );
});

test('the profile of the data directory may be missing, and a named profile must exist', (t) => {
  const dataDir = directory(t);
  assert.equal(resolveClientSettings({ dataDir }, {}).publicKey, undefined);
  writeFileSync(join(dataDir, 'profile.json'), '{"publicKey":"k"}', { mode: 0o600 });
  assert.equal(resolveClientSettings({ dataDir }, {}).publicKey, 'k');
  assert.throws(
    () => resolveClientSettings({ profile: '/nonexistent' }, {}),
    refused('PROFILE_NOT_FOUND', /nonexistent/),
  );
});

test('a configuration file may begin with a byte-order mark', (t) => {
  const config = file(t, 'config.json', '\uFEFF{"port": 3}');
  assert.equal(resolveSettings({ config }, {}).port, 3);
});

test('an empty STORAGE_EMULATOR_HOST is not set', () => {
  assert.equal(resolveSettings({}, { STORAGE_EMULATOR_HOST: '' }).gcsEmulator, undefined);
  assert.equal(resolveSettings({}, { STORAGE_EMULATOR_HOST: 'localhost:1' }).gcsEmulator, 'http://localhost:1');
});

test('a profile that others may open is refused', (t) => {
  const profile = file(t, 'profile.json', { publicKey: 'k' }, 0o644);
  assert.throws(() => resolveClientSettings({ profile }, {}), refused('FILE_NOT_PRIVATE', /0644/));
});

test('the value of a secret is not repeated in the error about it', () => {
  assert.throws(
    () => resolveSettings({}, { LONGSHORE_PRIVATE_KEY: '' }),
    refused('INVALID_OPTION', /LONGSHORE_PRIVATE_KEY is not the private part.*leave the option out/),
  );
});

test('no option that is secret can be given on the command line, and no two share a name', () => {
  const records: OptionRecord<unknown>[] = optionNames.map((name) => options[name]);
  assert.deepEqual(
    records.filter((record) => record.secret === true && record.flag !== undefined),
    [],
  );
  for (const key of ['flag', 'env', 'fileKey'] as const) {
    const names = records.flatMap((record) => record[key] ?? []);
    assert.equal(new Set(names).size, names.length, key);
  }
});
