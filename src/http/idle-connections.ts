import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes the connections without a running request when the server ends. Node.js itself waits for a connection on which no
 * request was ever complete, such as one that a browser or a load balancer has opened in advance.
 */
export function closeIdleConnections(app: FastifyInstance): void {
  /** The open connections, with the number of requests that are not answered yet. */
  const open = new Map<Socket, number>();
  let isClosing = false;
  app.server.on('connection', (socket) => {
    open.set(socket, 0);
    socket.once('close', () => open.delete(socket));
  });
  app.server.on('request', ({ socket }, response) => {
    const change = (by: number): void => {
      const running = (open.get(socket) ?? 0) + by;
      if (open.has(socket)) open.set(socket, running);
      if (isClosing && running === 0) socket.end();
    };
    change(1);
    response.once('close', () => change(-1));
  });
  app.addHook('preClose', (done) => {
    isClosing = true;
    for (const [socket, running] of open) if (running === 0) socket.destroy();
    done();
  });
}
