// Measures the bytes that a second snapshot of changed data stores: npm run bench:second-snapshot
import { mkdirSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BSON, ObjectId } from 'bson';
import { Random } from '../../test/support/random.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import { captureSnapshot } from '../../src/pipelines/capture/index.ts';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { createSnapshotRepository } from '../../src/snapshot/repository/index.ts';
import { openMongodumpSource } from '../../src/snapshot/sources/index.ts';
import { CACHE, positive } from '../options.ts';

const MIB = 1024 * 1024;
const PARTS = [0.001, 0.01, 0.1];
/** The places of the changed documents. */
const PLACES = ['clustered', 'appended', 'scattered'] as const;
type Place = (typeof PLACES)[number];

const { values } = parseArgs({
  options: { mib: { type: 'string', default: '1024' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});

/** A document of about 280 bytes. The same arguments give the same document. */
function documentOf(number: number, revision: number): Uint8Array {
  const random = new Random(number * 2 + revision);
  const id = Buffer.alloc(12);
  id.writeUInt32BE(number, 8);
  const words = Array.from({ length: 20 }, () => random.uint32().toString(36)).join(' ');
  return BSON.serialize({ _id: new ObjectId(id), customer: random.uint32(), amount: random.below(10_000), words });
}

/** Writes a dump of the documents, with a part of them changed. */
function writeDump(dump: string, count: number, change?: { readonly place: Place; readonly part: number }): void {
  const file = join(dump, 'shop', 'orders.bson');
  rmSync(dump, { recursive: true, force: true });
  mkdirSync(join(dump, 'shop'), { recursive: true });
  writeFileSync(file, '');
  const changed = change === undefined ? 0 : Math.round(count * change.part);
  const isChanged = (number: number): boolean => {
    if (change?.place === 'clustered') return number >= count >> 1 && number < (count >> 1) + changed;
    return change?.place === 'scattered' && number % Math.round(1 / change.part) === 0;
  };
  const total = change?.place === 'appended' ? count + changed : count;
  let chunk: Uint8Array[] = [];
  for (let number = 0; number < total; number++) {
    chunk.push(documentOf(number, isChanged(number) ? 1 : 0));
    if (chunk.length < 20_000 && number < total - 1) continue;
    appendFileSync(file, Buffer.concat(chunk));
    chunk = [];
  }
}

if (values.help === true) {
  console.log(`npm run bench:second-snapshot -- [options]

Takes a snapshot of a collection of small documents, changes a part of them, and says what the next snapshot stores.

  --mib N   size of the collection, MiB of BSON (1024)
  --json    end with one line of JSON`);
} else {
  const folder = join(CACHE, 'second-snapshot');
  rmSync(folder, { recursive: true, force: true });
  const pool = new BlockPool();
  const store = await openObjectStore(
    { kind: 'local', directory: join(folder, 'repository') },
    { clock: systemClock, create: true },
  );
  const repository = createSnapshotRepository(store);
  const dump = join(folder, 'dump');
  let snapshots = 0;
  const capture = async (): Promise<{ readonly bytes: number; readonly newBytes: number }> => {
    const source = await openMongodumpSource(dump);
    let newBytes = 0;
    const id = String(++snapshots).padStart(24, '0');
    const { bytes } = await captureSnapshot({
      source,
      repository,
      pool,
      id,
      clusterName: 'bench',
      startedAt: 0,
      signal: new AbortController().signal,
      onProgress: (progress) => void (newBytes = progress.newBytes),
    });
    await source.close();
    return { bytes, newBytes };
  };
  try {
    const count = Math.floor((positive('mib', values.mib) * MIB) / documentOf(0, 0).byteLength);
    writeDump(dump, count);
    const first = await capture();
    console.log(`first snapshot: ${count} documents, ${Math.round(first.bytes / MIB)} MiB`);
    const rows = [];
    for (const place of PLACES) {
      for (const part of PARTS) {
        writeDump(dump, count, { place, part });
        const { newBytes } = await capture();
        const share = newBytes / first.bytes;
        console.log(
          `${place} ${part * 100} %: ${Math.round(newBytes / MIB)} MiB in new blocks, ${(share * 100).toFixed(1)} %`,
        );
        rows.push({ place, part, share });
      }
    }
    if (values.json === true) console.log(JSON.stringify({ rows }));
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
