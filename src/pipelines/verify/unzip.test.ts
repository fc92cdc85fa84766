import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unzip } from './read-object.ts';

test('the unzipped text is whole however it is cut, and its memory is freed', async () => {
  const text = Buffer.concat([
    Buffer.alloc(3 << 20, 'long runs '),
    randomBytes(1 << 20),
    Buffer.alloc(3 << 20, 'again '),
  ]);
  const zipped = gzipSync(text);
  for (const size of [997, 65_536, zipped.byteLength]) {
    const cut = Array.from({ length: Math.ceil(zipped.byteLength / size) }, (_, number) =>
      zipped.subarray(number * size, (number + 1) * size),
    );
    const pieces: Uint8Array[] = [];
    let at = 0;
    for await (const piece of unzip(
      (async function* () {
        await Promise.resolve();
        yield* cut;
      })(),
    )) {
      assert.ok(text.subarray(at, at + piece.byteLength).equals(piece), `pieces of ${size} bytes differ at byte ${at}`);
      at += piece.byteLength;
      pieces.push(piece);
    }
    assert.equal(at, text.byteLength);
    const kept = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    assert.ok(kept < 600_000, `${kept} bytes are kept`);
  }
});
