import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';
import { turns } from './turns.ts';

/** A proxy in front of an HTTP server, which fails on demand. */
export interface FaultyProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Cuts the next so many connections: when a request begins, or when a piece of an answer passes. */
  readonly disturb: (connections: number) => void;
  /** Lets chance decide what each request meets from now on; undefined: nothing. */
  readonly misbehave: (random: Random | undefined) => void;
  stop(): Promise<void>;
}

/** The disturbances of a request, besides none. */
const MISHAPS = ['lose request', 'lose answer', 'cut answer', 'delay', 'status 500', 'status 503'] as const;
type Mishap = (typeof MISHAPS)[number];
const MISHAPS_PER_100_REQUESTS = 25;
const DELAY_MS = 20;

/** @param target the URL of the server, without a path. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let left = 0;
  const cuts = (): boolean => left > 0 && left-- > 0;

  let random: Random | undefined;
  const mishap = (): Mishap | undefined =>
    random !== undefined && random.below(100) < MISHAPS_PER_100_REQUESTS ? random.pick(MISHAPS) : undefined;

  async function forward(asked: IncomingMessage, reply: ServerResponse, met: Mishap | undefined): Promise<void> {
    if (met === 'delay') await sleep(DELAY_MS);
    // A client that has cancelled its request has closed the connection by now.
    await turns(2);
    if (!asked.socket.readable) return;
    const { method, url, headers } = asked;
    const forwarded = request(new URL(url ?? '/', target), { method: method ?? 'GET', headers });
    const answered = once(forwarded, 'response') as Promise<[IncomingMessage]>;
    await Promise.all([pipeline(asked, forwarded), answered]);
    const [answer] = await answered;
    if (met === 'lose answer') {
      await pipeline(answer, new Writable({ write: (_piece, _encoding, done) => done() }));
      throw new Error('lost');
    }
    reply.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
    const cutter = new Transform({
      transform: (piece, _encoding, done) =>
        cuts() || met === 'cut answer' ? done(new Error('cut')) : done(null, piece),
    });
    await pipeline(answer, cutter, reply);
  }

  /** Reads the request first, as a server does that answers an error. */
  async function refuse(asked: IncomingMessage, reply: ServerResponse, status: number): Promise<void> {
    await once(asked.resume(), 'end');
    reply.writeHead(status).end();
  }

  const server = createServer((asked, reply) => {
    const met = mishap();
    if (cuts() || met === 'lose request') asked.socket.destroy();
    else {
      const status = met === 'status 500' ? 500 : met === 'status 503' ? 503 : undefined;
      const served = status === undefined ? forward(asked, reply, met) : refuse(asked, reply, status);
      served.catch(() => asked.socket.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    disturb: (connections) => void (left = connections),
    misbehave: (chance) => void (random = chance),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
