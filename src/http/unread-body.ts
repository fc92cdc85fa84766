import type { FastifyInstance } from 'fastify';

/**
 * Keeps a client whose request was answered before its body was read from sending the body. A client that asks before it sends (RFC 9110
 * section 10.1.1) is told to send when the request was admitted. Of any other body, the server takes a part, so that the client reads
 * the answer and can use the connection again, and then ends the connection.
 * @param unreadBytes the largest part.
 */
export function limitUnreadBodies(app: FastifyInstance, unreadBytes: number): void {
  app.server.on('checkContinue', (request, response) => app.server.emit('request', request, response));
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
    done();
  });
  // Before the answer is sent, because Node.js afterwards takes the rest of a body that nobody reads, and tells nobody.
  app.addHook('onSend', (request, _reply, _payload, done) => {
    const { raw } = request;
    let left = unreadBytes;
    if (request.admitted === undefined && !raw.complete) {
      raw.on('data', (bytes: Buffer) => {
        left -= bytes.length;
        if (left < 0) raw.destroy();
      });
    }
    done();
  });
}
