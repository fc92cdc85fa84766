import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './answer-body.ts';

test('a body is read up to its limit, and the rest is not asked for', async () => {
  const seen = { pieces: 0, cancelled: false };
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          seen.pieces++;
          controller.enqueue(Buffer.from('x'.repeat(100)));
        },
        cancel: () => void (seen.cancelled = true),
      }),
    );
  await assert.rejects(textOf(endless(), { mostBytes: 1000, asked: 'GET /x' }), {
    code: 'UNEXPECTED_ANSWER',
    message: /GET \/x goes on after 1\.0 kB/,
  });
  assert.ok(seen.cancelled && seen.pieces < 20, `${seen.pieces} pieces`);
  assert.equal(await textOf(new Response('0123456789'), { mostBytes: 10, asked: '' }), '0123456789');
  assert.equal(await textOf(new Response(null), { mostBytes: 10, asked: '' }), '');
});
