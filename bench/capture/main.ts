// Compares the speed of reading a running deployment with that of a plain socket that reads the same replies: npm run
// bench:capture
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openMongodbSource, type SnapshotSource } from '../../src/snapshot/sources/index.ts';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';
import { positive } from '../options.ts';
import { peakRssMb } from '../peak-rss.ts';
import { readThroughSocket } from './plain-socket.ts';

const MIB = 1024 * 1024;
/** The smallest ratio that is acceptable. */
const AIM = 0.6;

interface ServerFacts {
  readonly host: string;
  readonly replies: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    mib: { type: 'string', default: '256' },
    document: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench:capture -- [options]

Measures how fast the source of running deployments reads small documents from a scripted server in another process, in alternating
rounds with a plain socket that reads the same replies and does nothing with them.

  --rounds N    rounds (9)
  --mib N       MiB of BSON that the server holds (256)
  --document N  bytes of a document (100)
  --json        end with one line of JSON`);
} else {
  await measure(positive('rounds', values.rounds), positive('mib', values.mib), positive('document', values.document));
}

async function measure(rounds: number, mebibytes: number, documentBytes: number): Promise<void> {
  const server = fork(join(import.meta.dirname, 'server.ts'), [String(mebibytes), String(documentBytes)]);
  const [message] = (await once(server, 'message')) as unknown[];
  const { host, replies } = parseFacts(message);
  const source = await openMongodbSource(`mongodb://${host}/?directConnection=true`);
  const contenders = {
    socket: () => readThroughSocket(host, replies),
    source: () => readThrough(source),
  };
  const names = ['socket', 'source'] as const;
  const rates = { socket: [] as number[], source: [] as number[] };
  const cpuSeconds = { socket: [] as number[], source: [] as number[] };
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const name of inTurn(names, round + 2)) {
      const start = performance.now();
      const cpuStart = process.cpuUsage();
      const bytes = await contenders[name]();
      const { user, system } = process.cpuUsage(cpuStart);
      if (round < 0) continue;
      rates[name].push(bytes / MIB / ((performance.now() - start) / 1000));
      cpuSeconds[name].push((user + system) / 1e6);
    }
  }
  await source.close();
  server.disconnect();
  const facts = {
    socketMibPerSecond: Math.round(median(rates.socket)),
    sourceMibPerSecond: Math.round(median(rates.source)),
    ratio: rounded(medianRatio(rates.source, rates.socket)),
    // On a shared machine, this number says more than the time.
    cpuRatio: rounded(medianRatio(cpuSeconds.socket, cpuSeconds.source)),
    peakRssMib: peakRssMb(),
  };
  console.log(
    `${mebibytes} MiB in documents of ${documentBytes} bytes, ${rounds} rounds: plain socket ${facts.socketMibPerSecond} MiB/s, ` +
      `source ${facts.sourceMibPerSecond} MiB/s, ratio ${facts.ratio} (the aim is ${AIM}), by processor time ${facts.cpuRatio}, ` +
      `peak RSS ${facts.peakRssMib} MiB`,
  );
  if (values.json) console.log(JSON.stringify(facts));
}

async function readThrough({ collections }: SnapshotSource): Promise<number> {
  let bytes = 0;
  for (const collection of collections) {
    for await (const piece of collection.documents(new AbortController().signal)) bytes += piece.length;
  }
  return bytes;
}

function parseFacts(message: unknown): ServerFacts {
  if (typeof message === 'object' && message !== null && 'host' in message && 'replies' in message) {
    const { host, replies } = message;
    if (typeof host === 'string' && typeof replies === 'number') return { host, replies };
  }
  throw new Error('the server did not say where it is');
}
