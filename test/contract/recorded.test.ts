import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Exchange } from '../support/digest-client.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { TemporaryDirectory } from '../support/temporary-directory.ts';
import { compare, settle } from './compare.ts';
import { NOT_REPLAYED } from './not-replayed.ts';
import { loadRecordings } from './recording.ts';
import { scenarios } from './scenarios.ts';

// Every recorded request is sent again, and the reply is compared with Atlas's answer.

let service: Service;
let template: TemporaryDirectory;
before(async () => {
  template = temporaryDirectory('template');
  const templateMongodump = join(template.path, 'dump');
  writeMongodump(templateMongodump, SMALL_DEPLOYMENT);
  service = await startService({ provisioner: 'template', templateMongodump });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  template[Symbol.dispose]();
});

const recordings = loadRecordings();

/** Of a scenario whose state may end before the request. */
const ATTEMPTS = 5;

for (const recording of recordings) {
  test(recording.name, async () => {
    const scenario = scenarios[recording.name];
    assert.ok(scenario, 'no scenario brings this exchange about');
    for (let attempt = 1; ; attempt++) {
      const { client = service.client, ...request } = await scenario.request(service);
      const exchange: Exchange = { method: recording.method, ...request };
      const reply = await client.send(exchange);
      const { unexpected, obsolete } = settle(compare(recording, reply), scenario.permitted ?? []);
      if (scenario.isFleeting === true && unexpected.length > 0 && attempt < ATTEMPTS) continue;
      assert.deepEqual(unexpected, [], `${exchange.target} answered ${reply.status} ${reply.text}`);
      assert.deepEqual(obsolete, [], 'permitted differences that do not occur');
      return;
    }
  });
}

test('every scenario belongs to a recording', () => {
  const names = new Set(recordings.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(scenarios).filter((name) => !names.has(name)),
    [],
  );
});

test('the recorded exchanges of the operations in scope are replayed, or there is a reason', (context) => {
  const left = NOT_REPLAYED.reduce((sum, { count }) => sum + count, 0);
  context.diagnostic(`${recordings.length} of ${recordings.length + left} recorded exchanges are replayed`);
  assert.deepEqual([recordings.length, left], [118, 14]);
  const replayed = new Set(recordings.map(({ test: name, path, status }) => `${name} ${path} ${status}`));
  assert.deepEqual(
    NOT_REPLAYED.filter(({ test: name, path, status }) => replayed.has(`${name} ${path} ${status}`)),
    [],
  );
});
