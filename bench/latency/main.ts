// Measures how fast the server answers while it takes and exports snapshots: npm run bench:latency
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialize, serve, type Server } from '../../test/support/longshore.ts';
import { NEWEST } from '../../test/support/project.ts';
import { rounded } from '../engine/median.ts';
import { benchOptions, CACHE } from '../options.ts';

/** Between an answer and the next request. */
const PAUSE_MS = 5;

/** Milliseconds that 99 % of the authenticated GETs took at most, of all rounds together. */
interface LatencySummary {
  readonly name: string;
  readonly snapshot_p99_ms: number;
  readonly export_p99_ms: number;
}

/** Reads the project, one request after another, until the work is done: a stall counts once. @returns how long each answer took, milliseconds. */
async function latenciesDuring<Result>(
  { client, project }: Server,
  work: Promise<Result>,
): Promise<{ readonly latencies: readonly number[]; readonly result: Result }> {
  const latencies: number[] = [];
  const done = new AbortController();
  const end = work.finally(() => done.abort());
  // The rejection is handled below.
  end.catch(() => undefined);
  while (!done.signal.aborted) {
    const start = performance.now();
    const { status } = await client.send({ target: project.path(''), headers: NEWEST });
    if (status !== 200) throw new Error(`the project was answered with ${status}`);
    latencies.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  return { latencies, result: await end };
}

async function measureRound(bson: string, folder: string): Promise<readonly (readonly number[])[]> {
  try {
    rmSync(folder, { recursive: true, force: true });
    const dump = join(folder, 'dump');
    mkdirSync(join(dump, 'bench'), { recursive: true });
    linkSync(bson, join(dump, 'bench', 'documents.bson'));
    const initial = await initialize(join(folder, 'data'), folder);
    await using server = await serve(join(folder, 'data'), folder, initial, ['--rate-limits', 'off']);
    const { project } = server;
    await project.cluster('bench', dump);
    const bucket = await project.bucket('bench', initial.roleId);
    const taken = await latenciesDuring(server, project.completedSnapshot('bench'));
    const exported = await latenciesDuring(server, project.successfulExport('bench', taken.result, bucket));
    return [taken.latencies, exported.latencies];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function shown(what: string, sorted: readonly number[]): string {
  const [half, most, last] = [0.5, 0.99, 1].map((part) => percentile(sorted, part).toFixed(1));
  return `  ${what.padEnd(10)}${sorted.length} requests: median ${half} ms, 99 % within ${most} ms, longest ${last} ms`;
}

const options = benchOptions(
  'bench:latency',
  'Measures authenticated GETs while a snapshot is taken and while it is exported.',
);
if (options !== undefined) {
  const sets: LatencySummary[] = [];
  for (const { name, file } of options.files()) {
    const all: readonly [number[], number[]] = [[], []];
    for (let round = 0; round < options.rounds; round++) {
      console.error(`${name}: round ${round + 1} of ${options.rounds}`);
      const measured = await measureRound(file, join(CACHE, `latency-${name}`));
      for (const [index, latencies] of measured.entries()) for (const each of latencies) all[index]?.push(each);
    }
    const [taking, exporting] = all.map((latencies) => latencies.sort((a, b) => a - b));
    if (taking === undefined || exporting === undefined) throw new Error('nothing was measured');
    console.log([`${name}:`, shown('snapshot', taking), shown('export', exporting)].join('\n'));
    sets.push({
      name,
      snapshot_p99_ms: rounded(percentile(taking, 0.99)),
      export_p99_ms: rounded(percentile(exporting, 0.99)),
    });
  }
  if (options.json) console.log(JSON.stringify({ sets }));
}
