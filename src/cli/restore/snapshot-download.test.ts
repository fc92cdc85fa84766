import assert from 'node:assert/strict';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { AppError } from '../../kernel/errors.ts';
import type { ApiClient } from '../client.ts';
import type { Session, Surroundings } from '../command.ts';
import { projectPaths } from '../command.ts';
import { SnapshotDownload } from './snapshot-download.ts';

const GROUP_ID = 'a'.repeat(24);
const CLUSTER = { id: 'b'.repeat(24), name: 'shop', backup: '/clusters/shop/backup' };
const SNAPSHOT_ID = 'c'.repeat(24);

interface ScopeOptions {
  readonly patienceMs?: number;
  /** The link that the server gives; absent: that of the server of objects. */
  readonly repositoryUrl?: string;
}

/** A server of objects, and the restore jobs that are asked for. */
async function scope(listener: RequestListener, { patienceMs, repositoryUrl: given }: ScopeOptions = {}) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const requests: string[] = [];
  let jobs = 0;
  const command = new AbortController();
  const pauses: number[] = [];
  const said: string[] = [];
  const clientOf = (signal: AbortSignal): Pick<ApiClient, 'request' | 'withSignal'> => ({
    withSignal: (other) => clientOf(other) as ApiClient,
    request: async (read, method, path) => {
      signal.throwIfAborted();
      requests.push(`${method} ${path.split('/').slice(-2).join('/')}`);
      if (method === 'POST') jobs++;
      const id = `job${jobs}`;
      const repositoryUrl = given ?? `http://127.0.0.1:${port}/downloads/restore-${SNAPSHOT_ID}/?restoreJobId=${id}`;
      return await Promise.resolve(read({ id, snapshotId: SNAPSHOT_ID, state: 'completed', repositoryUrl }));
    },
  });
  const client = clientOf(command.signal);
  const clock = { ms: 0, now: () => clock.ms };
  const session = { client, url: 'http://server', ...projectPaths(GROUP_ID) } as unknown as Session;
  const terminal = { err: { write: () => true, isTTY: false }, note: (line: string) => void said.push(line) };
  const surroundings = { terminal, clock, signal: command.signal } as unknown as Surroundings;
  const download = new SnapshotDownload(session, { cluster: CLUSTER, snapshotId: SNAPSHOT_ID }, surroundings, {
    ...(patienceMs === undefined ? {} : { patienceMs }),
    pause: (ms) => Promise.resolve(pauses.push(ms)),
  });
  /** Reads a block that has at most so many bytes. */
  const get = (key: string, mostBytes = 1000) => download.get(key, { mostBytes, signal: command.signal });
  const read = async (key: string): Promise<string> => {
    let all = '';
    for await (const piece of download.read(key, { signal: command.signal })) all += text(piece);
    return all;
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { download, get, read, requests, clock, command, pauses, said, [Symbol.asyncDispose]: close };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('objects come by one link, which is ended at the end', async () => {
  const asked: string[] = [];
  await using context = await scope((request, response) => {
    asked.push(request.url ?? '');
    response.end('content');
  });
  const { download, get, requests } = context;
  const both = await Promise.all([get('blocks/bb/bb'), get('blocks/aa/aa')]);
  assert.deepEqual(both.map(text), ['content', 'content']);
  // Threads take over the memory.
  for (const { byteLength, buffer } of both) assert.equal(buffer.byteLength, byteLength);
  const folder = `/downloads/restore-${SNAPSHOT_ID}`;
  assert.deepEqual(asked.toSorted(), [
    `${folder}/blocks/aa/aa?restoreJobId=job1`,
    `${folder}/blocks/bb/bb?restoreJobId=job1`,
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
  const { get, clock } = context;
  for (const minutes of [0, 44, 46, 60, 100]) {
    clock.ms = minutes * 60_000;
    await get('blocks/aa/aa');
  }
  assert.deepEqual(asked, ['job1', 'job1', 'job2', 'job2', 'job3']);
});

test('a link is replaced in time where the clock was set back', async () => {
  await using context = await scope((_request, response) => void response.end());
  const { get, requests, clock } = context;
  for (const minutes of [600, 0, 46]) {
    clock.ms = minutes * 60_000;
    await get('blocks/aa/aa');
  }
  assert.equal(requests.filter((request) => request.startsWith('POST')).length, 2);
});

test('an answer may take longer than the longest silence', async () => {
  const pieces = 'content'.split('');
  await using context = await scope(
    (_request, response) => {
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) response.end();
        else response.write(piece, () => setTimeout(next, 100));
      };
      next();
    },
    { patienceMs: 500 },
  );
  assert.equal(text(await context.get('blocks/aa/aa')), 'content');
});

test('a server that falls silent is asked again', async () => {
  let count = 0;
  await using context = await scope(
    (_request, response) => {
      count++;
      if (count === 1) response.write('con');
      else response.end('content');
    },
    { patienceMs: 100 },
  );
  assert.equal(text(await context.get('blocks/aa/aa')), 'content');
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
  assert.equal(text(await context.get('blocks/aa/aa')), 'content');
});

test('what the server refuses is not asked again, and the error has its words', async () => {
  let count = 0;
  await using context = await scope((request, response) => {
    count++;
    response.writeHead(request.url?.includes('/none') === true ? 404 : 400).end('A request has no \u001bbody.\n');
  });
  await assert.rejects(context.get('blocks/aa/aa'), {
    code: 'DOWNLOAD_REFUSED',
    message: /blocks\/aa\/aa of the snapshot with 400: A request has no \\u\{1b\}body\.$/,
  });
  await assert.rejects(context.get('none'), { code: 'OBJECT_NOT_FOUND' });
  assert.equal(count, 2);
});

test('a link that has ended early, as while the machine slept, is replaced once for all who use it', async () => {
  await using context = await scope((request, response) => {
    if (request.url?.endsWith('=job1') === true) response.writeHead(403).end('The link has expired.\n');
    else response.end('content');
  });
  const { get, requests } = context;
  const all = await Promise.all(['blocks/aa/aa', 'blocks/bb/bb', 'blocks/cc/cc'].map((key) => get(key)));
  assert.deepEqual(all.map(text), ['content', 'content', 'content']);
  assert.equal(requests.filter((request) => request.startsWith('POST')).length, 2);
});

test('a new link that is refused, too, is an error', async () => {
  await using context = await scope((_request, response) => void response.writeHead(403).end('The link is not valid.'));
  await assert.rejects(context.get('blocks/aa/aa'), { code: 'DOWNLOAD_REFUSED', message: /with 403: The link is not/ });
  assert.equal(context.requests.filter((request) => request.startsWith('POST')).length, 2);
});

/** @returns how many bytes were sent so far. */
function sendWithoutEnd(response: ServerResponse): () => number {
  let sent = 0;
  const more = (): void => {
    if (response.destroyed) return;
    sent += 10_000;
    response.write('x'.repeat(10_000), () => setImmediate(more));
  };
  more();
  return () => sent;
}

test('a block that is larger than it can be is not taken into memory', async () => {
  let sent = () => 0;
  await using context = await scope((_request, response) => {
    sent = sendWithoutEnd(response);
  });
  await assert.rejects(context.get('blocks/aa/aa', 5000), {
    code: 'UNEXPECTED_ANSWER',
    message: /answer to blocks\/aa\/aa goes on after 5\.0 kB/,
  });
  assert.ok(sent() < 10_000_000, `${sent()} bytes were sent`);
});

test('the words of a refusal that has no end are not taken into memory', async () => {
  await using context = await scope((_request, response) => {
    response.writeHead(400);
    sendWithoutEnd(response);
  });
  await assert.rejects(context.get('blocks/aa/aa'), { code: 'UNEXPECTED_ANSWER' });
});

test('a manifest that is cut off is read on from there', async () => {
  let count = 0;
  await using context = await scope((_request, response) => {
    count++;
    if (count === 3) response.end('one two three');
    else response.write(count === 1 ? 'one ' : 'one two th', () => response.destroy());
  });
  assert.equal(await context.read('snapshots/x.jsonl'), 'one two three');
  assert.equal(count, 3);
});

test('a link that is no URL of a folder is an error that does not repeat it', async () => {
  for (const repositoryUrl of [
    '',
    'no url?signature=secret',
    'file:///etc/',
    'http://h/file?signature=secret',
    'http://u:p@h/',
  ]) {
    await using context = await scope(() => undefined, { repositoryUrl });
    await assert.rejects(context.get('blocks/aa/aa'), (thrown) => {
      assert.ok(thrown instanceof AppError, String(thrown));
      assert.equal(thrown.code, 'UNEXPECTED_ANSWER');
      assert.match(thrown.hint ?? '', /--public-url/);
      assert.doesNotMatch(thrown.message, /secret|etc/);
      return true;
    });
  }
});

test('the link is withdrawn after Ctrl-C, too, and also one that was not given yet', async () => {
  await using context = await scope((_request, response) => void response.end('content'));
  const { download, get, requests, command } = context;
  await get('blocks/aa/aa');
  command.abort(new Error('stopped by SIGINT'));
  await assert.rejects(get('blocks/bb/bb'), { message: 'stopped by SIGINT' });
  await download.close();
  assert.equal(requests.at(-1), 'DELETE restoreJobs/job1');

  await using early = await scope(() => undefined, { repositoryUrl: 'none' });
  await assert.rejects(early.get('blocks/aa/aa'));
  await early.download.close();
  assert.equal(early.requests.at(-1), 'DELETE restoreJobs/job1');
});

test('a busy server is asked again when it says, with one line for all requests', async () => {
  let refusals = 3;
  await using context = await scope((_request, response) => {
    if (refusals-- > 0) response.writeHead(503, { 'retry-after': '60' }).end('Too many downloads are running.\n');
    else response.end('content');
  });
  const { get, pauses, said } = context;
  assert.equal(text(await get('blocks/aa/aa')), 'content');
  assert.deepEqual(pauses, [60_000, 60_000, 60_000]);
  assert.match(
    said[0] ?? '',
    /^the server at http:\S+ is busy: Too many downloads are running; it is asked again in 1 min/,
  );
});
