import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { byteRange, parseTarget, type ByteRangeVerdict } from '../http/index.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Download } from '../pipelines/download/index.ts';
import type { SnapshotObjects } from '../snapshot/repository/index.ts';

/** The file of a download takes a few blocks of memory while it is made, and a link needs no credentials. */
const MOST_FILES = 8;

/** A client that takes no byte for so long is cut off, because its download takes memory and a place. */
const SILENCE_MS = 5 * 60_000;

const PRIVATE = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' } as const;
const HEADERS = { ...PRIVATE, 'accept-ranges': 'bytes', 'content-type': 'application/gzip' } as const;
const OBJECT_HEADERS = { ...PRIVATE, 'content-type': 'application/octet-stream' } as const;

const WITH_BODY = 'A request for a download has no body.';
const INVALID_LINK = 'The link is not valid, or it has expired.';

/** Returns a parameter of a link's query. */
type Query = (name: string) => string | undefined;

export interface DownloadsOptions {
  /** Opens the file that a link names; undefined if the link is wrong or has expired. */
  readonly open: (file: string, query: Query) => Promise<Download | undefined>;
  /** Returns the id of the snapshot whose objects a link gives; undefined if the link is wrong or has expired. */
  readonly findSnapshot: (folder: string, query: Query) => Promise<string | undefined>;
  readonly objects: Pick<SnapshotObjects, 'read'>;
  readonly logger: Logger;
}

/**
 * Serves the downloads of restore jobs as a Fastify plugin: a file, or one by one the objects of the repository that make the
 * snapshot. The signed link is the only credential. A request for the file may ask for a range (RFC 9110, section 14), so that an
 * interrupted download goes on.
 */
export function downloads(options: DownloadsOptions): (scope: FastifyInstance) => Promise<void> {
  const { open, findSnapshot, objects, logger } = options;
  const running = new Set<AbortController>();
  /** The number of those that make a file. */
  let files = 0;

  async function serve(request: FastifyRequest<{ Params: { readonly file: string } }>, reply: FastifyReply) {
    const { query } = parseTarget(request.originalUrl);
    const download = await open(request.params.file, (name) => query.first(name));
    if (download === undefined) return refuse(reply, 403, INVALID_LINK);
    if (!request.raw.complete) return refuse(reply, 400, WITH_BODY);
    const entityTag = `"${download.version}"`;
    const range = byteRange(request.headers, { bytes: download.bytes, entityTag });
    void reply.headers({ ...HEADERS, etag: entityTag, ...rangeHeaders(range, download.bytes) });
    void reply.header('content-disposition', `attachment; filename="${request.params.file}"`);
    if (range.status === 416) return await reply.code(416).removeHeader('content-type').send();
    if (request.method === 'HEAD') return await reply.code(range.status).send();
    if (files >= MOST_FILES) {
      void reply.header('retry-after', '60').removeHeader('content-length');
      return refuse(reply, 503, 'Too many downloads are running; try again in a minute.');
    }
    const controller = new AbortController();
    files++;
    try {
      return await send(request, reply.code(range.status), download.read(range, controller.signal), controller);
    } finally {
      files--;
    }
  }

  async function serveObject(
    request: FastifyRequest<{ Params: { readonly folder: string; readonly '*': string } }>,
    reply: FastifyReply,
  ) {
    const { query } = parseTarget(request.originalUrl);
    const { folder, '*': key } = request.params;
    const snapshotId = await findSnapshot(folder, (name) => query.first(name));
    if (snapshotId === undefined) return refuse(reply, 403, INVALID_LINK);
    if (!request.raw.complete) return refuse(reply, 400, WITH_BODY);
    const controller = new AbortController();
    const { signal } = controller;
    const content = await objects.read(snapshotId, key, { signal });
    if (content === undefined) return refuse(reply, 404, 'The snapshot has no such object.');
    void reply.headers(OBJECT_HEADERS);
    return await send(request, reply, content, controller);
  }

  /**
   * Sends the answer piece by piece. Fastify would ask a stream for the next piece before the client has taken the last one. That
   * must not be, because the next piece takes the memory of the last one.
   * @param controller aborts the reading.
   */
  async function send(
    { id: requestId, raw: { socket } }: FastifyRequest,
    reply: FastifyReply,
    content: AsyncIterable<Uint8Array>,
    controller: AbortController,
  ): Promise<FastifyReply> {
    const { raw } = reply;
    running.add(controller);
    const cutOff = (): void => void socket.destroy();
    socket.setTimeout(SILENCE_MS, cutOff);
    raw.once('close', () => controller.abort(new Error('the client has left, or the server ends')));
    try {
      for await (const piece of content) {
        // Until then, an error is answered as any other one.
        if (!reply.sent) begin(reply);
        await taken(raw, piece);
      }
      raw.end();
    } catch (error) {
      if (!reply.sent) throw error;
      if (!controller.signal.aborted && !socket.destroyed) logger.error('a download ended early', { requestId, error });
      raw.destroy();
    } finally {
      // Not when the answer is closed, because that event has passed already if the client left early.
      running.delete(controller);
      // The connection serves further requests, and the server sets its own time for the pause between them.
      socket.off('timeout', cutOff);
    }
    return reply;
  }

  return async (scope) => {
    // A download may last for hours, and ending the server must not wait for it.
    scope.addHook('preClose', (done) => {
      for (const controller of running) controller.abort(new Error('the server ends'));
      done();
    });
    scope.route({ method: ['GET', 'HEAD'], url: '/:file', handler: serve });
    scope.route({ method: 'GET', url: '/:folder/*', handler: serveObject, exposeHeadRoute: false });
    await Promise.resolve();
  };
}

/** Takes the answer from Fastify. */
function begin(reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.statusCode = reply.statusCode;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
}

/** Waits until the system has taken a piece. Rejects if the client has left. */
async function taken(response: ServerResponse, piece: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(piece, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function rangeHeaders(range: ByteRangeVerdict, bytes: number): Readonly<Record<string, string>> {
  switch (range.status) {
    case 200:
      return { 'content-length': String(bytes) };
    case 206:
      return {
        'content-length': String(range.end - range.start),
        'content-range': `bytes ${range.start}-${range.end - 1}/${bytes}`,
      };
    case 416:
      return { 'content-range': `bytes */${bytes}` };
  }
}

function refuse(reply: FastifyReply, status: 400 | 403 | 404 | 503, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'text/plain;charset=utf-8').send(`${text}\n`);
}
