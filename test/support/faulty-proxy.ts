import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { turns } from './turns.ts';

/** A proxy in front of an HTTP server, which cuts connections on demand. */
export interface FaultyProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Cuts the next so many connections: when a request begins, or when a piece of an answer passes. */
  readonly disturb: (connections: number) => void;
  stop(): Promise<void>;
}

/** @param target the URL of the server, without a path. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let left = 0;
  const cuts = (): boolean => left > 0 && left-- > 0;

  async function forward(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    // A client that has cancelled its request has closed the connection by now.
    await turns(2);
    if (!asked.socket.readable) return;
    const { method, url, headers } = asked;
    const forwarded = request(new URL(url ?? '/', target), { method: method ?? 'GET', headers });
    const answered = once(forwarded, 'response') as Promise<[IncomingMessage]>;
    await Promise.all([pipeline(asked, forwarded), answered]);
    const [answer] = await answered;
    reply.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
    const cutter = new Transform({
      transform: (piece, _encoding, done) => (cuts() ? done(new Error('cut')) : done(null, piece)),
    });
    await pipeline(answer, cutter, reply);
  }

  const server = createServer((asked, reply) => {
    if (cuts()) asked.socket.destroy();
    else forward(asked, reply).catch(() => asked.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    disturb: (connections) => void (left = connections),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
