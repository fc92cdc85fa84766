import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { EJSON, deserialize } from 'bson';
import { differences, makeSampleDump } from '../../scripts/sample-dump.ts';

const committed = fileURLToPath(new URL('../../sample/dump', import.meta.url));
const files = makeSampleDump();

function documentsOf(bytes: Uint8Array): Uint8Array[] {
  const documents: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; ) {
    const length = view.getInt32(offset, true);
    documents.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return documents;
}

test('the committed sample is what the script makes, byte for byte', () => {
  assert.deepEqual(differences(committed, files), []);
});

test('a changed, a missing and a foreign file are each told', (t) => {
  const copy = mkdtempSync(path.join(tmpdir(), 'longshore-sample-'));
  t.after(() => rmSync(copy, { recursive: true }));
  cpSync(committed, copy, { recursive: true });
  rmSync(path.join(copy, 'shop/sessions.bson'));
  writeFileSync(path.join(copy, 'prelude.json'), '{}');
  writeFileSync(path.join(copy, 'shop/extra.bson'), '');
  assert.deepEqual(differences(copy, files).sort(), [
    'prelude.json differs',
    'shop/extra.bson is not part of the sample',
    'shop/sessions.bson is missing',
  ]);
});

test('every data file is a run of BSON documents, and every description is Extended JSON', () => {
  let documents = 0;
  for (const file of files) {
    const bytes = file.path.endsWith('.gz') ? gunzipSync(file.bytes) : file.bytes;
    const name = file.path.replace(/\.gz$/, '');
    if (name.endsWith('.bson')) {
      for (const document of documentsOf(bytes)) {
        deserialize(document, { promoteValues: false });
        documents += 1;
      }
    } else {
      EJSON.parse(Buffer.from(bytes).toString());
    }
  }
  assert.ok(documents > 6000, `${documents} documents`);
});

test('the collection of types holds every type byte of the BSON specification', () => {
  const file = files.find((candidate) => candidate.path === 'types/every_bson_type.bson');
  assert.ok(file);
  const types = documentsOf(file.bytes).map((document) => {
    // int32 length, 0x02 "_id\0", int32 length of the name, the name, then the type byte of `value`.
    const nameBytes = new DataView(document.buffer, document.byteOffset).getInt32(9, true);
    return document[13 + nameBytes];
  });
  const every = [...Array.from({ length: 0x13 }, (_, index) => index + 1), 0x7f, 0xff];
  assert.deepEqual(
    [...new Set(types)].sort((one = 0, other = 0) => one - other),
    every,
  );
});

test('the sample stays a few megabytes', () => {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  assert.ok(bytes > 2e6 && bytes < 5e6, `${bytes} bytes`);
});
