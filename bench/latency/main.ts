// Measures how fast the server answers while it takes and exports snapshots: npm run bench:latency
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { initialize, serve } from '../../test/support/longshore.ts';
import { rounded } from '../engine/median.ts';
import { benchOptions, CACHE } from '../options.ts';
import { latenciesDuring, percentile } from './latencies.ts';

/** Milliseconds that 99 % of the authenticated GETs took at most, of all rounds together. */
interface LatencySummary {
  readonly name: string;
  readonly snapshot_p99_ms: number;
  readonly export_p99_ms: number;
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
