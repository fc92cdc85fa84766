import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveHere } from '../../../test/support/server-here.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';
import { isJsonObject } from '../../kernel/json.ts';

const GUIDE = readFileSync(new URL('../../../docs/guides/cli.md', import.meta.url), 'utf8');

/** The attributes in the table of the guide, by command. */
function documented(command: string): string {
  for (const line of GUIDE.split('\n')) {
    const [commands = '', attributes = ''] = line.split(/ +\| /);
    const found = commands.includes(`\`${command}\``) ? /^`(\{.*?\})`/.exec(attributes)?.[1] : undefined;
    if (found !== undefined) return found;
  }
  return '{row in the table of JSON}';
}

test('--json prints what the guide says, and every document of a resource has an id', async () => {
  await using served = await serveHere('json');
  const { directory, dataDir } = served;
  const json = async (...argv: readonly string[]): Promise<string> => {
    const { code, out, err } = await typed([...argv, '--json', '--data-dir', dataDir]);
    assert.equal(code, 0, err);
    const value: unknown = JSON.parse(out);
    const document: unknown = Array.isArray(value) ? value[0] : value;
    assert.ok(isJsonObject(document));
    return `{${Object.keys(document).toSorted().join()}}`;
  };
  const shown: Record<string, string> = {};
  const keep = async (name: string, ...rest: readonly string[]): Promise<void> => {
    shown[name] = await json(...name.split(' '), ...rest);
  };
  await keep('cluster add', 'Cluster0', '--mongodump', SAMPLE_DUMP);
  await keep('cluster list');
  await keep('cluster show', 'Cluster0');
  await keep('bucket create', 'nightly');
  await keep('bucket list');
  await keep('bucket show', 'nightly');
  await keep('backup', 'Cluster0', '--bucket', 'nightly', '--watch');
  await keep('snapshot watch', 'Cluster0');
  await keep('snapshot show', 'Cluster0');
  await keep('snapshot list', 'Cluster0');
  await keep('export watch', 'Cluster0');
  await keep('export show', 'Cluster0');
  await keep('export list', 'Cluster0');
  assert.equal(
    (await typed(['restore', 'Cluster0', '--to-dump', join(directory, 'restored'), '--data-dir', dataDir])).code,
    0,
  );
  await keep('restore-job list', 'Cluster0');
  await keep('restore-job show', 'Cluster0');
  await keep('restore-job cancel', 'Cluster0', 'latest');
  await keep('status');
  await keep('key create', '--description', 'x', '--role', 'GROUP_READ_ONLY', '--save', join(directory, 'x.json'));
  await keep('key list');
  await keep('key delete', 'x');
  await keep('role list');
  await keep('role create', '--bucket', 'nightly');
  await keep('role authorize', '12345678', '--arn', 'arn:aws:iam::123456789012:role/nightly');
  await keep('schedule show', 'Cluster0');
  await keep('drill run', 'Cluster0');
  await keep('drill list', 'Cluster0');
  await keep('webhook create', 'ops', 'http://127.0.0.1:9/', '--save', join(directory, 'ops.secret'));
  await keep('webhook list');
  await keep('webhook delete', 'ops');
  await keep('export delete', 'Cluster0', 'latest');
  await keep('snapshot delete', 'Cluster0', 'latest');
  await keep('bucket delete', 'nightly');
  await keep('cluster delete', 'Cluster0');
  for (const [name, document] of Object.entries(shown)) {
    if (!['status', 'role list', 'backup', 'schedule show'].includes(name)) assert.match(document, /[{,]id[,}]/, name);
  }
  const missing = Object.entries(shown).flatMap(([name, document]) => {
    const attributes = new Set(document.slice(1, -1).split(','));
    return documented(name)
      .slice(1, -1)
      .split(',')
      .flatMap((attribute) => (attributes.has(attribute) ? [] : [`${name} has no ${attribute}`]));
  });
  assert.deepEqual(missing, []);
});
