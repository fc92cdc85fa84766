import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import type { Reply } from '../support/digest-client.ts';

/** The content of an error of Atlas. */
export interface ExpectedError {
  readonly status: number;
  readonly code: string;
  readonly parameters?: readonly (string | number)[];
  readonly detail: string;
}

/** The reply must be this error, to the byte, and headed as Atlas heads its errors. */
export function expectError(reply: Reply, expected: ExpectedError): void {
  const document = {
    detail: expected.detail,
    error: expected.status,
    errorCode: expected.code,
    parameters: expected.parameters ?? [],
    reason: STATUS_CODES[expected.status],
  };
  assert.deepEqual([reply.status, reply.text], [expected.status, JSON.stringify(document)]);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(reply.headers['x-error-code'], expected.code);
  // With a challenge, clients of HTTP Digest would take a refusal for a wrong password, and ask again.
  assert.equal(reply.headers['www-authenticate'], undefined);
}

/** The body on the wire, byte for byte: compact, in this order of keys. */
export function expectBody(reply: Reply, status: number, body: unknown): void {
  assert.deepEqual([reply.status, reply.text], [status, JSON.stringify(body)]);
}
