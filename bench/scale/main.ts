// Compares how long lists and gets take in a large and in a small installation: npm run bench:scale
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { initialize, serve, type Initial, type Server } from '../../test/support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../test/support/mongodump.ts';
import { NEWEST } from '../../test/support/project.ts';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';
import { percentile } from '../latency/latencies.ts';
import { CACHE, positive } from '../options.ts';
import { fill, type Amount } from './fill.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    projects: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '100000' },
    'of-one-cluster': { type: 'string', default: '50000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Of each kind to each installation in a round. */
const REQUESTS = 200;
/** The part of the requests of a round that is not slower than what is compared. */
const PART = 0.99;

/** Atlas's page. */
const PAGE = 100;

/** A page of each list, because an empty list has nothing to read and to encode. */
const SMALL: Amount = { projects: PAGE, rows: 2 * PAGE, ofOneCluster: PAGE };

if (values.help) {
  console.log(`npm run bench:scale -- [options]

Measures in turns how long lists and gets take in a large installation and in one that has a single page of each list. Many of
the snapshots and of the export jobs belong to one cluster, whose lists are read: by default hourly snapshots of almost six years.

  --rounds N          rounds of 200 requests of each kind to each installation (7)
  --projects N        of the large installation (10000)
  --rows N            snapshots, and export jobs, of the large installation (100000)
  --of-one-cluster N  so many of these snapshots, and of these export jobs, belong to the cluster whose lists are read (50000)
  --json              end with one line of JSON`);
} else {
  await measure(positive('rounds', values.rounds), {
    projects: positive('projects', values.projects),
    rows: positive('rows', values.rows),
    ofOneCluster: positive('of-one-cluster', values['of-one-cluster']),
  });
}

/** An installation that is served. */
interface Installation {
  readonly server: Server;
  readonly paths: Readonly<Record<string, string>>;
}

async function measure(rounds: number, large: Amount): Promise<void> {
  const folder = join(CACHE, 'scale');
  rmSync(folder, { recursive: true, force: true });
  try {
    await using stack = new AsyncDisposableStack();
    const open = async (name: string, amount: Amount) => await start(join(folder, name), amount, stack);
    const installations = [await open('small', SMALL), await open('large', large)];
    const ratios: Record<string, number> = {};
    for (const name of Object.keys(installations[0]?.paths ?? {})) {
      const [small = [], larger = []] = await latencies(installations, name, rounds);
      const [smallest, largest] = [median(small), median(larger)];
      const ratio = rounded(medianRatio(larger, small));
      ratios[name] = ratio;
      console.log(`${name.padEnd(28)} small ${smallest.toFixed(2)} ms, large ${largest.toFixed(2)} ms: ${ratio}`);
    }
    const worst = Math.max(...Object.values(ratios));
    console.log(`99 % within: the large installation takes at most ${worst} times as long.`);
    if (values.json) console.log(JSON.stringify({ ...large, worst_p99_ratio: worst, p99_ratios: ratios }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string, amount: Amount, stack: AsyncDisposableStack): Promise<Installation> {
  const data = join(folder, 'data');
  const dump = join(folder, 'dump');
  mkdirSync(folder, { recursive: true });
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const initial = await initialize(data, folder);
  const rest = await exportOnce(data, folder, initial, dump);
  fill(join(data, 'metadata.sqlite'), amount);
  const server = stack.use(await serve(data, folder, initial, ['--rate-limits', 'off']));
  return { server, paths: paths(initial, rest, amount) };
}

/** Makes the rows that are copied. */
async function exportOnce(data: string, folder: string, initial: Initial, dump: string) {
  await using server = await serve(data, folder, initial);
  const { project } = server;
  await project.cluster('Cluster0', dump);
  const bucket = await project.bucket('scale', initial.roleId);
  const snapshot = await project.completedSnapshot('Cluster0');
  const job = await project.successfulExport('Cluster0', snapshot, bucket);
  const name = (await project.send('GET', '')).string('/name');
  return { bucket, snapshot, job, name };
}

function paths(
  { orgId, groupId }: Initial,
  { bucket, snapshot, job, name }: Awaited<ReturnType<typeof exportOnce>>,
  { projects, ofOneCluster }: Amount,
): Readonly<Record<string, string>> {
  const group = `/groups/${groupId}`;
  const backup = `${group}/clusters/Cluster0/backup`;
  const pages = ofOneCluster / PAGE;
  // The page in the middle is the farthest from both ends of the list.
  const middle = Math.ceil(pages / 2);
  return {
    'list of groups': '/groups',
    'middle page of groups': `/groups?pageNum=${Math.ceil(projects / PAGE / 2)}`,
    group: group,
    'group by name': `/groups/byName/${encodeURIComponent(name)}`,
    'groups of the organization': `/orgs/${orgId}/groups`,
    'clusters of all groups': '/clusters',
    'list of clusters': `${group}/clusters`,
    cluster: `${group}/clusters/Cluster0`,
    'list of buckets': `${group}/backup/exportBuckets`,
    bucket: `${group}/backup/exportBuckets/${bucket}`,
    'list of snapshots': `${backup}/snapshots`,
    'middle page of snapshots': `${backup}/snapshots?pageNum=${middle}`,
    'last page of snapshots': `${backup}/snapshots?pageNum=${pages}`,
    snapshot: `${backup}/snapshots/${snapshot}`,
    'list of export jobs': `${backup}/exports`,
    'middle page of export jobs': `${backup}/exports?pageNum=${middle}`,
    'last page of export jobs': `${backup}/exports?pageNum=${pages}`,
    'export job': `${backup}/exports/${job}`,
    schedule: `${backup}/schedule`,
    'restore jobs': `${backup}/restoreJobs`,
  };
}

/** @returns the milliseconds that 99 % of the requests took at most, for each installation and round. */
async function latencies(
  installations: readonly Installation[],
  name: string,
  rounds: number,
): Promise<readonly (readonly number[])[]> {
  const all = installations.map((installation) => ({ installation, limits: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    const measured = all.map((one) => ({ ...one, took: [] as number[] }));
    for (let request = 0; request < REQUESTS; request++) {
      for (const { installation, took } of inTurn(measured, request)) {
        const { server, paths } = installation;
        const started = performance.now();
        const reply = await server.client.send({ target: `/api/atlas/v2${paths[name] ?? ''}`, headers: NEWEST });
        took.push(performance.now() - started);
        if (reply.status !== 200) throw new Error(`${name} answered ${reply.status} ${reply.text}`);
      }
    }
    for (const { limits, took } of measured) {
      limits.push(
        percentile(
          took.sort((a, b) => a - b),
          PART,
        ),
      );
    }
  }
  return all.map(({ limits }) => limits);
}
