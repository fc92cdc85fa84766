import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { buildGoProgram, goFound } from '../support/go-program.ts';
import { initialize, serve } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SOURCE = join(import.meta.dirname, '../support/prometheus-parser');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const BINARY = join(CACHE, 'prometheus-parser-0.67.5');
const TOKEN = 'a-token-of-the-monitor';

/** The values of the gauges and the counts of the histograms, by name and labels, as Prometheus' own parser reads them. */
function parseMetrics(text: string): Readonly<Record<string, number>> {
  buildGoProgram(SOURCE, BINARY);
  const json: unknown = JSON.parse(execFileSync(BINARY, { input: text, encoding: 'utf8' }));
  return Value.Parse(Type.Record(Type.String(), Type.Number()), json);
}

test(
  "Prometheus' parser reads what the server has done, on a listener of its own and with a token beside the API",
  skipUnless('prometheus-parser', goFound()),
  async () => {
    using directory = temporaryDirectory('monitoring');
    const data = join(directory.path, 'data');
    const dump = join(directory.path, 'dump');
    writeMongodump(dump, { db: { things: { documents: [{ _id: 1 }] } } });
    const initial = await initialize(data, directory.path);
    const listen = ['--metrics-listen', '127.0.0.1:0', '--log-format', 'json'];
    await using server = await serve(data, directory.path, initial, listen, { LONGSHORE_METRICS_TOKEN: TOKEN });
    const [, monitor = ''] = await server.process.output(/"url":"(http:\/\/127\.0\.0\.1:\d+\/metrics)"/);
    const { project } = server;
    await project.cluster('Cluster0', dump);
    const bucket = await project.bucket('bucket', initial.roleId);
    await project.successfulExport('Cluster0', await project.completedSnapshot('Cluster0'), bucket);

    const ofMonitor = await fetch(monitor);
    assert.equal(ofMonitor.status, 200);
    const values = parseMetrics(await ofMonitor.text());
    const labels = `cluster="Cluster0",group_id="${initial.groupId}"`;
    const now = Date.now() / 1000;
    for (const what of ['snapshot', 'export']) {
      const at = values[`longshore_last_${what}_timestamp_seconds{${labels}}`] ?? Number.NaN;
      assert.ok(at > now - 60 && at <= now, `${what} at ${at}`);
      const age = values[`longshore_last_${what}_age_seconds{${labels}}`] ?? Number.NaN;
      assert.ok(age >= 0 && age < 60, `${what} ${age} s ago`);
    }
    assert.equal(values[`longshore_exports{${labels},state="Successful"}`], 1);
    assert.equal(values[`longshore_snapshots{${labels},status="completed"}`], 1);
    const registered =
      'longshore_http_request_duration_seconds_count{method="POST",route="/api/atlas/v2/groups/:groupId/backup/exportBuckets",status="200"}';
    assert.equal(values[registered], 1);

    const beside = `${server.url}/metrics`;
    assert.equal((await fetch(beside)).status, 401);
    assert.equal((await fetch(beside, { headers: { authorization: 'Bearer wrong' } })).status, 401);
    const allowed = await fetch(beside, { headers: { authorization: `Bearer ${TOKEN}` } });
    assert.equal(allowed.status, 200);
    assert.match(await allowed.text(), /^longshore_jobs\{/m);
  },
);

test('probes need no credentials, and a server whose repository is gone is live but not ready', async () => {
  using directory = temporaryDirectory('monitoring');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  const probe = async (name: string) => {
    const answer = await fetch(`${server.url}/health/${name}`);
    return [answer.status, await answer.json()] as const;
  };
  assert.deepEqual(await probe('live'), [200, { status: 'live' }]);
  assert.deepEqual(await probe('ready'), [200, { status: 'ready', checks: { database: 'ok', repository: 'ok' } }]);
  assert.equal((await fetch(`${server.url}/metrics`)).status, 404);
  rmSync(join(data, 'repository'), { recursive: true });
  assert.deepEqual(await probe('live'), [200, { status: 'live' }]);
  const [status, body] = await probe('ready');
  assert.equal(status, 503, JSON.stringify(body));
});
