import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { codeOf } from '../kernel/errors.ts';
import type { ApiError } from './api-error.ts';
import { errorDocument } from './error-document.ts';
import { badRequest, headersTooLarge, requestTimeout } from './errors.ts';

/** Answers a request that Node.js's HTTP parser refused. Writes to the socket, because there is no request to route. */
export function answerClientError(error: Error, socket: Socket): void {
  if (codeOf(error) === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = apiErrorOf(error);
  const body = JSON.stringify(errorDocument(answer));
  socket.end(
    [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Server: mdbws',
      `X-Error-Code: ${answer.code}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function apiErrorOf(error: Error): ApiError {
  switch (codeOf(error) ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge();
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTimeout();
    default:
      return badRequest();
  }
}
