import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { serialize } from 'bson';
import { createBlockEncoder } from './block-encoder.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';

const bson = Buffer.concat(
  Array.from({ length: 500 }, (_, i) => serialize({ _id: i, name: `name ${i % 7}`, half: i / 2 })),
);

test('WebAssembly is used where it runs', async () => {
  const expected = createWasmBlockEncoder('canonical').encode(bson);
  const encoder = await createBlockEncoder('canonical');
  assert.deepEqual(encoder.encode(bson), expected);
});

test('without WebAssembly the same documents come out', () => {
  const program = `
    import { GzipMember, createBlockEncoder } from '${new URL('index.ts', import.meta.url).href}';
    delete globalThis.WebAssembly;
    const bson = Buffer.from('${bson.toString('base64')}', 'base64');
    const member = new GzipMember();
    const encoder = await createBlockEncoder('relaxed');
    const pieces = member.append(encoder.encode(bson));
    process.stdout.write(Buffer.concat([...pieces, member.finish()]));
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
  assert.equal(status, 0, stderr.toString());
  const lines = gunzipSync(stdout).toString().split('\n');
  assert.equal(lines.length, 501);
  assert.equal(lines[3], '{"_id":3,"name":"name 3","half":1.5}');
});
