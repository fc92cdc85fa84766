import { once } from 'node:events';
import { createServer } from 'node:http';

/** The answers of the service to requests. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An HTTP server that answers all requests as a test says, for errors that no emulator makes. */
export interface ScriptedService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The requests since the last `answer`: method and path. */
  readonly requests: string[];
  /** Says how requests are answered from now on. */
  answer(answer: ScriptedAnswer): void;
  stop(): Promise<void>;
}

export async function startScriptedService(): Promise<ScriptedService> {
  const requests: string[] = [];
  let next: ScriptedAnswer = { status: 500 };
  const server = createServer((asked, reply) => {
    requests.push(`${asked.method} ${asked.url}`);
    asked.resume().on('end', () => reply.writeHead(next.status, next.headers).end(next.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    answer: (answer) => {
      next = answer;
      requests.length = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
