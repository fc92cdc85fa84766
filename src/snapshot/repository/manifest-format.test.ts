import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_DOCUMENT_BYTES } from '../blocks/index.ts';
import { blockLine, parseManifestLine } from './manifest-format.ts';

test('a block that is larger than any can be is refused, because its reader would give it that much memory', () => {
  const block = { sha256: 'a'.repeat(64), bytes: MAX_DOCUMENT_BYTES, documents: 1, storedBytes: 1 };
  assert.deepEqual(parseManifestLine(blockLine(block)), { kind: 'block', block });
  assert.throws(() => parseManifestLine(blockLine({ ...block, bytes: block.bytes + 1 })), /bytes/);
});
