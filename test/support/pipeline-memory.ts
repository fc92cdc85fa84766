import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import { BlockPool, captureSnapshot, exportSnapshot } from '../../src/pipelines/index.ts';
import { createSnapshotRepository } from '../../src/snapshot/index.ts';
import { directoryStore, EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from './pipelines.ts';

// Run as a process of its own: captures and exports `megabytes` of documents in a directory, and prints, as JSON, what was
// written and the most memory that the process had.

const [directory = '', megabytes = ''] = process.argv.slice(2);
const PIECE_DOCUMENTS = 2000;

function* pieces(): Generator<Uint8Array> {
  let bytes = 0;
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  for (let from = 0; bytes < Number(megabytes) * 1e6; from += PIECE_DOCUMENTS) {
    const piece = Buffer.concat(
      Array.from({ length: PIECE_DOCUMENTS }, (_, index) =>
        BSON.serialize({
          _id: from + index,
          customer: `customer ${random() % 5000}`,
          amount: random() / 1000,
          at: new Date(1.7e12 + random()),
          token: Buffer.from(Uint32Array.from({ length: 40 }, random).buffer),
        }),
      ),
    );
    bytes += piece.byteLength;
    yield piece;
  }
}

const pool = new BlockPool({ threads: 2 });
const repository = createSnapshotRepository(await directoryStore(join(directory, 'repository')));
const source = sourceOf([{ database: 'shop', name: 'orders', pieces }]);
const { signal } = EXPORT_DEFAULTS;
await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, signal });
const afterCapture = process.resourceUsage().maxRSS / 1024;
const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
const store = await directoryStore(join(directory, 'bucket'));
const totals = await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
await pool.close();
rmSync(directory, { recursive: true });
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  JSON.stringify({ bsonMb: snapshot.totals.bytes / 1e6, exportMb: totals.bytes / 1e6, afterCapture, peakMb }),
);
