import { connect, type Socket } from 'node:net';

/** The bytes of one request, and the status that its answer must have. */
export interface LoadRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
}

/** Makes the next request of a connection. */
export type NextRequest = () => LoadRequest;

/**
 * Sends requests for a time, over several connections that stay open. Each connection sends its next request when it has the answer. A
 * plain socket is used, because an HTTP client would take as long as the server.
 * @param connections makes the requests of each connection.
 * @returns answers in a second. @throws Error for an answer with another status.
 */
export async function requestsPerSecond(
  url: string,
  connections: readonly NextRequest[],
  milliseconds: number,
): Promise<number> {
  const { hostname, port } = new URL(url);
  const start = performance.now();
  const counts = await Promise.all(
    connections.map((next) => repeat(connect(Number(port), hostname), next, start + milliseconds)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - start);
}

async function repeat(socket: Socket, next: NextRequest, end: number): Promise<number> {
  socket.setNoDelay(true);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let answers = 0;
  let received = '';
  let wanted = 0;
  const send = () => {
    const { method, target, headers, body, status } = next();
    wanted = status;
    const lines = Object.entries({ host: 'localhost', 'content-length': String(body.length), ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`);
  };
  socket.setEncoding('latin1');
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the server closed the connection')));
  socket.on('connect', send);
  socket.on('data', (text: string) => {
    received += text;
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, head))?.[1]);
    if (received.length < head + 4 + length) return;
    if (!received.startsWith(`HTTP/1.1 ${wanted} `)) {
      reject(new Error(`the server answered ${received}`));
      return;
    }
    answers++;
    received = '';
    if (performance.now() < end) send();
    else resolve(answers);
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
