// Measures the largest memory of the whole server: npm run bench:memory
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { initialize, serve, type Server } from '../../test/support/longshore.ts';
import { CACHE, positive } from '../options.ts';
import { writeBigCollection, writeLargeDocuments, writeManyCollections } from './dumps.ts';

/** The time without work after which all unused memory was given back. */
const IDLE_MS = 30_000;

const LONGEST_JOB_MS = 60 * 60_000;

const GIB = 1024 ** 3;

/** The resident memory of the server process in MiB. */
interface MemorySummary {
  readonly name: string;
  readonly idle_at_start: number;
  readonly snapshot_peak: number;
  readonly export_peak: number;
  readonly idle_afterwards: number;
}

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: 'large,many,big' },
    gib: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024);
}

/** Linux resets the peak of a process when it reads this text (proc_pid_clear_refs(5)). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

async function peakDuring(server: Server, work: () => Promise<string>): Promise<{ peak: number; result: string }> {
  const { pid } = server.process;
  forgetPeak(pid);
  const result = await work();
  return { peak: residentMiB(pid, 'VmHWM'), result };
}

const SETS: Readonly<Record<string, (dump: string) => void>> = {
  large: (dump) => writeLargeDocuments(dump, 64),
  many: (dump) => writeManyCollections(dump, 5000),
  big: (dump) => writeBigCollection(dump, positive('gib', values.gib) * GIB),
};

async function measure(name: string, folder: string): Promise<MemorySummary> {
  const write = SETS[name];
  if (write === undefined) throw new Error(`--sets takes ${Object.keys(SETS).join(', ')}, not ${name}`);
  const dump = join(folder, 'dump');
  write(dump);
  const data = join(folder, 'data');
  const initial = await initialize(data, folder);
  await using server = await serve(data, folder, initial, ['--rate-limits', 'off']);
  const { project } = server;
  project.waitMs = LONGEST_JOB_MS;
  await sleep(IDLE_MS);
  const idleAtStart = residentMiB(server.process.pid, 'VmRSS');
  await project.cluster('bench', dump);
  const bucket = await project.bucket('bench', initial.roleId);
  const taken = await peakDuring(server, () => project.completedSnapshot('bench'));
  const exported = await peakDuring(server, () => project.successfulExport('bench', taken.result, bucket));
  await sleep(IDLE_MS);
  return {
    name,
    idle_at_start: idleAtStart,
    snapshot_peak: taken.peak,
    export_peak: exported.peak,
    idle_afterwards: residentMiB(server.process.pid, 'VmRSS'),
  };
}

if (values.help) {
  console.log(`npm run bench:memory -- [options]

Measures the resident memory of a server, as a whole process, while it takes a snapshot and exports it. Needs Linux.

  --sets A,B    which data: large (64 documents of 16 MB), many (5,000 collections), big (all)
  --gib N       size of the set "big", GiB of BSON (10)
  --json        end with one line of JSON`);
} else {
  const sets: MemorySummary[] = [];
  for (const name of values.sets.split(',')) {
    const folder = join(CACHE, 'memory');
    rmSync(folder, { recursive: true, force: true });
    try {
      const summary = await measure(name, folder);
      console.log(
        `${name}: idle ${summary.idle_at_start} MiB, snapshot at most ${summary.snapshot_peak}, ` +
          `export at most ${summary.export_peak}, idle afterwards ${summary.idle_afterwards}`,
      );
      sets.push(summary);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (values.json) console.log(JSON.stringify({ sets }));
}
