import { join } from 'node:path';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { captureSnapshot } from '../../src/pipelines/capture/index.ts';
import { exportSnapshot } from '../../src/pipelines/export/index.ts';
import { createSnapshotRepository } from '../../src/snapshot/repository/index.ts';
import { openMongodumpSource } from '../../src/snapshot/sources/index.ts';
import { directoryStore, EXPORT_DEFAULTS, SNAPSHOT_ID } from './pipelines.ts';

// Run as a process of its own: captures a dump and exports it, both into a directory, and prints, as JSON, how much that was and the
// most memory that the process had after each.

const [dump = '', directory = ''] = process.argv.slice(2);
const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

const pool = new BlockPool({ threads: 2 });
const repository = createSnapshotRepository(await directoryStore(join(directory, 'repository')));
const source = await openMongodumpSource(dump);
const { signal } = EXPORT_DEFAULTS;
await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, signal });
const capturePeakMb = peakMb();
const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
const store = await directoryStore(join(directory, 'bucket'));
await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
await pool.close();
const { documents } = snapshot.totals;
process.stdout.write(JSON.stringify({ documents, capturePeakMb, peakMb: peakMb() }));
