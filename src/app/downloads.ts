import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { byteRange, parseTarget, type ByteRangeVerdict } from '../http/index.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Download } from '../pipelines/download/index.ts';

/** Every download takes a few blocks of memory, and a link needs no credentials. */
const MOST_DOWNLOADS = 8;

/** A client that takes no byte for so long is cut off, because its download takes memory and a place. */
const SILENCE_MS = 5 * 60_000;

const HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-store',
  'content-type': 'application/gzip',
  'x-content-type-options': 'nosniff',
} as const;

export interface DownloadsOptions {
  /** Opens what a link names; undefined if the link is wrong or has expired. */
  readonly open: (file: string, query: (name: string) => string | undefined) => Promise<Download | undefined>;
  readonly logger: Logger;
}

/**
 * Serves the downloads of restore jobs as a Fastify plugin. The signed link is the only credential. A request may ask for a
 * range (RFC 9110, section 14), so that an interrupted download goes on.
 */
export function downloads({ open, logger }: DownloadsOptions): (scope: FastifyInstance) => Promise<void> {
  const running = new Set<AbortController>();

  async function serve(request: FastifyRequest<{ Params: { readonly file: string } }>, reply: FastifyReply) {
    const { query } = parseTarget(request.originalUrl);
    const download = await open(request.params.file, (name) => query.first(name));
    if (download === undefined) return refuse(reply, 403, 'The link is not valid, or it has expired.');
    const entityTag = `"${download.version}"`;
    const range = byteRange(request.headers, { bytes: download.bytes, entityTag });
    void reply.headers({ ...HEADERS, etag: entityTag, ...rangeHeaders(range, download.bytes) });
    void reply.header('content-disposition', `attachment; filename="${request.params.file}"`);
    if (range.status === 416) return await reply.code(416).removeHeader('content-type').send();
    if (request.method === 'HEAD') return await reply.code(range.status).send();
    if (running.size >= MOST_DOWNLOADS) {
      void reply.header('retry-after', '60').removeHeader('content-length');
      return refuse(reply, 503, 'Too many downloads are running; try again in a minute.');
    }
    return await reply.code(range.status).send(streamed(request, reply, download, range));
  }

  function streamed(
    request: FastifyRequest,
    reply: FastifyReply,
    download: Download,
    range: { readonly start: number; readonly end: number },
  ): Readable {
    const controller = new AbortController();
    running.add(controller);
    const stream = Readable.from(download.read(range, controller.signal), { objectMode: false, highWaterMark: 1 });
    const { socket } = request.raw;
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    stream.once('error', (error) => {
      if (!controller.signal.aborted) logger.error('a download ended early', { requestId: request.id, error });
    });
    reply.raw.once('close', () => {
      running.delete(controller);
      socket.setTimeout(0);
      controller.abort(new Error('the client has left, or the server ends'));
    });
    return stream;
  }

  return async (scope) => {
    // A download may last for hours, and ending the server must not wait for it.
    scope.addHook('preClose', (done) => {
      for (const controller of running) controller.abort(new Error('the server ends'));
      done();
    });
    scope.route({ method: ['GET', 'HEAD'], url: '/:file', handler: serve });
    await Promise.resolve();
  };
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

function refuse(reply: FastifyReply, status: 403 | 503, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'text/plain;charset=utf-8').send(`${text}\n`);
}
