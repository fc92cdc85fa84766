// Compares the rates of requests with those of bare Node.js: npm run bench:api
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { initialize, serve, type Initial, type Server } from '../../test/support/longshore.ts';
import { NEWEST } from '../../test/support/project.ts';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { dataSetFile } from '../engine/data/generate.ts';
import { inTurn } from '../in-turn.ts';
import { CACHE, positive } from '../options.ts';
import { latenciesDuring, percentile } from '../latency/latencies.ts';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { signedAgain } from './digest.ts';
import { requestsPerSecond, type LoadRequest, type NextRequest } from './load.ts';

const SLOW_DISK = join(import.meta.dirname, 'slow-disk.ts');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    'disk-ms': { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench:api -- [options]

Measures in turns how many requests a second Longshore and bare Node.js answer: POST exportBuckets beside one durable insert into
SQLite, with 1 and with 32 connections, and GET of one project beside a constant answer. Measures how long GET takes during an export.

  --rounds N    rounds (5)
  --seconds N   of each measurement (2)
  --disk-ms N   make each sync of the log take so much longer, in both programs, as slower disks do (0)
  --json        end with one line of JSON`);
} else {
  await measure(positive('rounds', values.rounds), positive('seconds', values.seconds) * 1000, values['disk-ms']);
}

/** Makes the requests of so many connections. */
type Connections = (count: number) => Promise<readonly NextRequest[]>;

interface Contender {
  readonly url: string;
  readonly connections: Connections;
}

async function measure(rounds: number, milliseconds: number, diskMs: string): Promise<void> {
  const folder = join(CACHE, 'api');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const initial = await initialize(join(folder, 'data'), folder);
  const slowDisk = { DISK_MS: diskMs, NODE_OPTIONS: `--import=${pathToFileURL(SLOW_DISK).href}` };
  const env = diskMs === '0' ? {} : slowDisk;
  await using server = await serve(join(folder, 'data'), folder, initial, ['--rate-limits', 'off'], env);
  const bare = await startBareServer(folder, diskMs);
  try {
    const compared = async (method: 'GET' | 'POST', count: number) => {
      const ours = { url: server.url, connections: oursFor(server, initial, method) };
      const floor = { url: bare.url, connections: bareFor(method) };
      return await ratio(
        ours,
        floor,
        count,
        rounds,
        milliseconds,
        `${method} with ${count} connection${count === 1 ? '' : 's'}`,
      );
    };
    const facts = {
      post_over_durable_insert_1: await compared('POST', 1),
      post_over_durable_insert_32: await compared('POST', 32),
      get_over_bare: await compared('GET', 1),
      p99_get_ms_during_export: await p99DuringExport(server, initial, folder),
    };
    if (values.json) console.log(JSON.stringify(facts));
  } finally {
    bare.process.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ratio(
  ours: Contender,
  floor: Contender,
  count: number,
  rounds: number,
  milliseconds: number,
  what: string,
): Promise<number> {
  const rates = { ours: [] as number[], floor: [] as number[] };
  const contenders = { ours, floor };
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const name of inTurn(['ours', 'floor'] as const, round + 2)) {
      const { url, connections } = contenders[name];
      const rate = await requestsPerSecond(url, await connections(count), milliseconds);
      if (round >= 0) rates[name].push(rate);
    }
  }
  const quotient = rounded(medianRatio(rates.ours, rates.floor));
  const [our, bare] = [median(rates.ours), median(rates.floor)].map(Math.round);
  console.log(`${what}: ${our}/s, bare Node.js ${bare}/s, ratio ${quotient}`);
  return quotient;
}

function oursFor(server: Server, initial: Initial, method: 'GET' | 'POST'): Connections {
  const { project } = server;
  const request: LoadRequest =
    method === 'GET'
      ? { method, target: project.path(''), headers: NEWEST, body: '', status: 200 }
      : {
          method,
          target: project.path('/backup/exportBuckets'),
          headers: { ...NEWEST, 'content-type': 'application/json' },
          body: JSON.stringify({ bucketName: 'bench', cloudProvider: 'AWS', iamRoleId: initial.roleId }),
          status: 200,
        };
  return (count) => Promise.all(Array.from({ length: count }, () => signedAgain(server.url, initial, request)));
}

function bareFor(method: 'GET' | 'POST'): Connections {
  const body = method === 'GET' ? '' : JSON.stringify({ bucketName: 'bench', cloudProvider: 'AWS' });
  const request: LoadRequest = { method, target: '/', headers: {}, body, status: 200 };
  return (count) => Promise.resolve(Array.from({ length: count }, () => () => request));
}

async function startBareServer(
  folder: string,
  diskMs: string,
): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [folder, diskMs]);
  const [message] = (await once(child, 'message')) as unknown[];
  if (typeof message === 'object' && message !== null && 'url' in message && typeof message.url === 'string')
    return { process: child, url: message.url };
  throw new Error('the bare server did not say where it is');
}

async function p99DuringExport(server: Server, initial: Initial, folder: string): Promise<number> {
  const dump = join(folder, 'dump');
  mkdirSync(join(dump, 'bench'), { recursive: true });
  linkSync(dataSetFile(CACHE, 'flat', 256), join(dump, 'bench', 'documents.bson'));
  const { project } = server;
  await project.cluster('bench', dump);
  const bucket = await project.bucket('export', initial.roleId);
  const snapshot = await project.completedSnapshot('bench');
  const { latencies } = await latenciesDuring(server, project.successfulExport('bench', snapshot, bucket));
  const p99 = rounded(
    percentile(
      latencies.toSorted((a, b) => a - b),
      0.99,
    ),
  );
  console.log(`GET during an export: ${latencies.length} requests, 99 % within ${p99} ms`);
  return p99;
}
