import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serialize } from 'bson';
import { initialize, serve } from '../support/longshore.ts';
import { startScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The memory of a server while a snapshot is downloaded by as many clients as are served at a time.

const DOWNLOADS = 8;
const GIB = 1;
const DOCUMENT_BYTES = 8192;
const DOCUMENTS = (GIB * 1024 ** 3) / DOCUMENT_BYTES;
const MAX_PEAK_MB = 400;

/** The documents are made while they are read. They compress well, so the repository is small. */
function* documents(): Generator<Uint8Array> {
  const bytes = Buffer.from(
    serialize({ _id: 0, text: 'longshore '.repeat(DOCUMENT_BYTES / 10).slice(0, DOCUMENT_BYTES - 25) }),
  );
  for (let number = 0; number < DOCUMENTS; number++) {
    bytes.writeInt32LE(number, 9);
    yield Uint8Array.from(bytes);
  }
}

/** The most memory that a process has had, in MB. */
function peakOf(pid: number): number {
  const [, kilobytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

test(
  `${DOWNLOADS} downloads of ${GIB} GiB at a time take less than ${MAX_PEAK_MB} MB of memory`,
  { timeout: 1_200_000, ...skipUnless('/proc', existsSync('/proc/self/status')) },
  async (t) => {
    using directory = temporaryDirectory('download-memory');
    const data = join(directory.path, 'data');
    const initial = await initialize(data, directory.path);
    let snapshotId: string;
    {
      await using deployment = await startScriptedMongodb({
        topology: 'replicaSet',
        members: 1,
        databases: { shop: { orders: { documents, stats: { count: DOCUMENTS, size: DOCUMENTS * DOCUMENT_BYTES } } } },
      });
      await using server = await serve(data, directory.path, initial);
      server.project.waitMs = 1_000_000;
      await server.project.liveCluster('shop', deployment.uri);
      snapshotId = await server.project.completedSnapshot('shop');
    }
    // A new process, because the peak of the capture is another matter.
    await using server = await serve(data, directory.path, initial);
    const id = await server.project.restored('shop', { deliveryType: 'download', snapshotId });
    const job = await server.project.send('GET', `/clusters/shop/backup/restoreJobs/${id}`);
    const begun = peakOf(server.process.pid);
    const started = Date.now();
    const download = async (): Promise<number> => {
      const { body } = await fetch(job.string('/deliveryUrl/0'));
      let bytes = 0;
      for await (const piece of body ?? assert.fail('there is no body')) bytes += (piece as Uint8Array).byteLength;
      return bytes;
    };
    const downloaded = await Promise.all(Array.from({ length: DOWNLOADS }, download));
    const bytes = downloaded.reduce((sum, each) => sum + each, 0);
    const peak = peakOf(server.process.pid);
    const seconds = (Date.now() - started) / 1000;
    t.diagnostic(
      `peak ${Math.round(peak)} MB (${Math.round(begun)} MB before), ${Math.round(bytes / 1e6 / seconds)} MB/s`,
    );
    for (const each of downloaded) assert.ok(each >= DOCUMENTS * DOCUMENT_BYTES, String(each));
    assert.ok(peak < MAX_PEAK_MB, `${peak} MB`);
  },
);
