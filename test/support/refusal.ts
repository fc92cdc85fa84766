import assert from 'node:assert/strict';
import { ApiError } from '../../src/http/index.ts';

/** The status, code and parameters of the error that a call is refused with. A call that is not refused fails the test. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const thrown: unknown = await call.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof ApiError, String(thrown));
  return `${thrown.status} ${thrown.code} ${JSON.stringify(thrown.parameters)}`;
}
