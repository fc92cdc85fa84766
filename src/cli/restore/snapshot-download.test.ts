import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { ApiClient } from '../client.ts';
import type { Session, Surroundings } from '../command.ts';
import { projectPaths } from '../command.ts';
import { SnapshotDownload } from './snapshot-download.ts';

const GROUP_ID = 'a'.repeat(24);
const CLUSTER = { id: 'b'.repeat(24), name: 'shop', backup: '/clusters/shop/backup' };
const SNAPSHOT_ID = 'c'.repeat(24);

/** A server of objects, and the restore jobs that are asked for. */
async function scope(listener: RequestListener, patienceMs?: number) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const requests: string[] = [];
  let jobs = 0;
  const client: Pick<ApiClient, 'request'> = {
    request: async (read, method, path) => {
      requests.push(`${method} ${path.split('/').slice(-2).join('/')}`);
      if (method === 'POST') jobs++;
      const id = `job${jobs}`;
      const repositoryUrl = `http://127.0.0.1:${port}/downloads/restore-${SNAPSHOT_ID}/?restoreJobId=${id}`;
      return await Promise.resolve(read({ id, snapshotId: SNAPSHOT_ID, state: 'completed', repositoryUrl }));
    },
  };
  const clock = { ms: 0, now: () => clock.ms };
  const session = { client, url: 'http://server', ...projectPaths(GROUP_ID) } as unknown as Session;
  const terminal = { err: { write: () => true, isTTY: false } };
  const surroundings = { terminal, clock, signal: new AbortController().signal } as unknown as Surroundings;
  const download = new SnapshotDownload(
    session,
    { cluster: CLUSTER, snapshotId: SNAPSHOT_ID },
    surroundings,
    patienceMs,
  );
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { download, requests, clock, [Symbol.asyncDispose]: close };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('objects come by one link, which is ended at the end', async () => {
  const asked: string[] = [];
  await using context = await scope((request, response) => {
    asked.push(request.url ?? '');
    response.end('content');
  });
  const { download, requests } = context;
  const both = await Promise.all([download.get('snapshots/x.jsonl'), download.get('blocks/aa/aa')]);
  assert.deepEqual(both.map(text), ['content', 'content']);
  // Threads take over the memory.
  for (const { byteLength, buffer } of both) assert.equal(buffer.byteLength, byteLength);
  const folder = `/downloads/restore-${SNAPSHOT_ID}`;
  assert.deepEqual(asked.toSorted(), [
    `${folder}/blocks/aa/aa?restoreJobId=job1`,
    `${folder}/snapshots/x.jsonl?restoreJobId=job1`,
  ]);
  await download.close();
  assert.deepEqual(requests, ['POST backup/restoreJobs', 'GET restoreJobs/job1', 'DELETE restoreJobs/job1']);
});

test('a link is replaced before it expires', async () => {
  const asked: (string | undefined)[] = [];
  await using context = await scope((request, response) => {
    asked.push(request.url?.split('=').at(-1));
    response.end();
  });
  const { download, clock } = context;
  for (const minutes of [0, 44, 46, 60, 100]) {
    clock.ms = minutes * 60_000;
    await download.get('blocks/aa/aa');
  }
  assert.deepEqual(asked, ['job1', 'job1', 'job2', 'job2', 'job3']);
});

test('a link is replaced in time where the clock was set back', async () => {
  await using context = await scope((_request, response) => void response.end());
  const { download, requests, clock } = context;
  for (const minutes of [600, 0, 46]) {
    clock.ms = minutes * 60_000;
    await download.get('blocks/aa/aa');
  }
  assert.equal(requests.filter((request) => request.startsWith('POST')).length, 2);
});

test('an answer may take longer than the longest silence', async () => {
  const pieces = 'content'.split('');
  await using context = await scope((_request, response) => {
    const next = (): void => {
      const piece = pieces.shift();
      if (piece === undefined) response.end();
      else response.write(piece, () => setTimeout(next, 100));
    };
    next();
  }, 500);
  assert.equal(text(await context.download.get('blocks/aa/aa')), 'content');
});

test('a server that falls silent is asked again', async () => {
  let count = 0;
  await using context = await scope((_request, response) => {
    count++;
    if (count === 1) response.write('con');
    else response.end('content');
  }, 100);
  assert.equal(text(await context.download.get('blocks/aa/aa')), 'content');
  assert.equal(count, 2);
});

test('an answer that is cut off, and a server that is away, are asked again', async () => {
  let left = 2;
  await using context = await scope((_request, response) => {
    left--;
    if (left === 1) {
      response.writeHead(200, { 'content-length': '7' });
      response.write('con');
      setImmediate(() => response.destroy());
    } else if (left === 0) response.writeHead(503).end('soon');
    else response.end('content');
  });
  assert.equal(text(await context.download.get('blocks/aa/aa')), 'content');
});

test('what the server refuses is not asked again, and the error has its words', async () => {
  let count = 0;
  await using context = await scope((request, response) => {
    count++;
    response.writeHead(request.url?.includes('/none') === true ? 404 : 403).end('The link is not valid.\n');
  });
  await assert.rejects(context.download.get('blocks/aa/aa'), {
    code: 'DOWNLOAD_REFUSED',
    message: /blocks\/aa\/aa of the snapshot with 403: The link is not valid\.$/,
  });
  await assert.rejects(context.download.get('none'), { code: 'OBJECT_NOT_FOUND' });
  assert.equal(count, 2);
});
