// Measures a collection of garbage in a repository with many manifests: npm run bench:garbage
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import {
  createSnapshotRepository,
  type BlockPacker,
  type BlockReference,
  type SnapshotRepository,
} from '../../src/snapshot/repository/index.ts';
import { CACHE, positive } from '../options.ts';
import { peakRssMb } from '../peak-rss.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;
const { signal } = new AbortController();

const { values } = parseArgs({
  options: {
    snapshots: { type: 'string', default: '100' },
    blocks: { type: 'string', default: '100000' },
    changed: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Nothing is stored through the repository here. */
const noPacker: BlockPacker = {
  hash: () => Promise.reject(new Error('no block is stored')),
  pack: () => Promise.reject(new Error('no block is stored')),
  verify: () => Promise.reject(new Error('no block is stored')),
};

function nameOf(number: number): string {
  return createHash('sha256').update(String(number)).digest('hex');
}

function referenceOf(sha256: string): BlockReference {
  return { sha256, bytes: BLOCK_BYTES, documents: 20_000, storedBytes: BLOCK_BYTES >> 1 };
}

/** Writes the manifest of a snapshot whose first blocks are its own, and whose other blocks are those of the first snapshot. */
async function writeManifest(
  repository: SnapshotRepository,
  snapshot: number,
  names: readonly string[],
  changed: number,
): Promise<void> {
  const id = snapshot.toString(16).padStart(24, '0');
  const writer = repository.beginSnapshot(id, noPacker);
  writer.beginCollection({ database: 'shop', name: 'orders', type: 'collection', options: '{}', indexes: [] });
  const own = snapshot === 0 ? 0 : changed;
  for (const [index, name] of names.entries()) {
    const sha256 = index < own ? nameOf(snapshot * names.length + index) : name;
    writer.addBlock(referenceOf(sha256), { badDocuments: 0, lookAlikes: 0 });
  }
  await writer.commit(
    {
      id,
      clusterName: 'bench',
      startedAt: 0,
      mongodbVersion: '8.0.0',
      consistency: { level: 'none', reason: 'The data is made up.' },
      leftOut: [],
      badValues: [],
    },
    signal,
  );
}

/** Stores empty files as blocks: the named ones of the first snapshot, and as many that no manifest names as each snapshot changed. */
function writeBlocks(directory: string, names: readonly string[], garbage: number): void {
  const unnamed = Array.from({ length: garbage }, (_, index) => nameOf(-1 - index));
  for (const sha256 of [...names, ...unnamed]) {
    const folder = join(directory, 'blocks', sha256.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, sha256), '');
  }
}

async function measure(snapshots: number, blocks: number, changed: number): Promise<void> {
  const directory = join(CACHE, 'garbage');
  rmSync(directory, { recursive: true, force: true });
  try {
    const store = await openObjectStore({ kind: 'local', directory }, { clock: systemClock, create: true });
    const repository = createSnapshotRepository(store);
    const names = Array.from({ length: blocks }, (_, index) => nameOf(index));
    for (let snapshot = 0; snapshot < snapshots; snapshot++) await writeManifest(repository, snapshot, names, changed);
    writeBlocks(directory, names, changed);
    let manifestBytes = 0;
    for await (const { bytes } of store.list('snapshots/', { signal })) manifestBytes += bytes;
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const removed = await repository.collectGarbage();
    const { user, system } = process.cpuUsage(cpuBefore);
    const facts = {
      snapshots,
      blocks,
      manifestMib: Math.round(manifestBytes / 1024 / 1024),
      seconds: Math.round((performance.now() - start) / 100) / 10,
      cpuSeconds: Math.round((user + system) / 1e5) / 10,
      removedBlocks: removed.blocks,
      garbageBlocks: changed,
      peakRssMib: peakRssMb(),
    };
    console.log(
      `${snapshots} snapshots of ${blocks} blocks: ${facts.manifestMib} MiB of manifests, collected in ${facts.seconds} s ` +
        `(${facts.cpuSeconds} s of a core), ${facts.removedBlocks} of ${changed} removed, at most ${facts.peakRssMib} MiB of memory`,
    );
    if (values.json) console.log(JSON.stringify(facts));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (values.help) {
  console.log(`npm run bench:garbage -- [options]

Writes the manifests of many snapshots, and measures a collection of garbage among their blocks.

  --snapshots N  snapshots (100). A thousand take 17 GB of disk
  --blocks N     blocks of each (100000)
  --changed N    blocks of each snapshot that no other has, and the number of blocks that no snapshot names (100)
  --json         end with one line of JSON`);
} else {
  await measure(
    positive('snapshots', values.snapshots),
    positive('blocks', values.blocks),
    positive('changed', values.changed),
  );
}
