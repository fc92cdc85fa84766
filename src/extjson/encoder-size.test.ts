import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awkwardBlock, GENERATED_KINDS } from '../../test/support/awkward-documents.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';
import { createZlibBlockEncoder } from './gzip/zlib-encoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

// Hints make ordinary documents small. These documents are not ordinary: the output may be at most this much larger
// than that of zlib, which searches everywhere.
const MOST_OF_ZLIB = 1.06;
const BLOCK_BYTES = 800_000;

const ours = createWasmBlockEncoder('canonical');
const zlib = createZlibBlockEncoder(createWasmTranscoder('canonical'));

for (const kind of GENERATED_KINDS) {
  test(`${kind} are not much larger than zlib makes them`, () => {
    const bson = awkwardBlock(kind, BLOCK_BYTES);
    const ratio = ours.encode(bson).deflate.byteLength / zlib.encode(bson).deflate.byteLength;
    assert.ok(ratio <= MOST_OF_ZLIB, `${ratio.toFixed(3)} of zlib's size`);
  });
}
