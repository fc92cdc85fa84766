import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Exchange } from '../support/digest-client.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { compare, settle } from './compare.ts';
import { loadRecordings } from './recording.ts';
import { scenarios } from './scenarios.ts';

// Every recorded request is sent again, and the reply is compared with Atlas's answer.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const recordings = loadRecordings();

for (const recording of recordings) {
  test(recording.name, async () => {
    const scenario = scenarios[recording.name];
    assert.ok(scenario, 'no scenario brings this exchange about');
    const { client = service.client, ...request } = await scenario.request(service);
    const exchange: Exchange = { method: recording.method, ...request };
    const reply = await client.send(exchange);
    const { unexpected, obsolete } = settle(compare(recording, reply), scenario.permitted ?? []);
    assert.deepEqual(unexpected, [], `${exchange.target} answered ${reply.status} ${reply.text}`);
    assert.deepEqual(obsolete, [], 'permitted differences that do not occur');
  });
}

test('every scenario belongs to a recording', () => {
  const names = new Set(recordings.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(scenarios).filter((name) => !names.has(name)),
    [],
  );
});
