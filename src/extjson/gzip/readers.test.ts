import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createGunzip, gunzipSync } from 'node:zlib';
import { serialize } from 'bson';
import { gunzipSync as fflateGunzipSync } from 'fflate';
import { ungzip } from 'pako';
import { isOnPath } from '../../../test/support/is-on-path.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { createBlockEncoder } from '../block-encoder.ts';
import { createTypeScriptTranscoder } from '../transcoder-ts/transcoder.ts';
import { GzipMember } from './member.ts';

const BLOCKS = 5;
const DOCUMENTS_PER_BLOCK = 2000;

function blockOfDocuments(block: number): Buffer {
  const documents = Array.from({ length: DOCUMENTS_PER_BLOCK }, (_, i) => {
    const number = block * DOCUMENTS_PER_BLOCK + i;
    return serialize({
      number,
      half: number / 2,
      name: `name ${number % 97}`,
      at: new Date(number * 1e7),
      ok: i % 3 === 0,
    });
  });
  return Buffer.concat(documents);
}

const encoder = await createBlockEncoder('canonical');
const transcoder = createTypeScriptTranscoder('canonical');
const member = new GzipMember();
const pieces: Uint8Array[] = [];
const lines: Uint8Array[] = [];
for (let block = 0; block < BLOCKS; block++) {
  const bson = blockOfDocuments(block);
  pieces.push(...member.append(encoder.encode(bson)));
  lines.push(Uint8Array.from(transcoder.transcode(bson).json));
}
pieces.push(member.finish());
const gzip = Buffer.concat(pieces);
const json = Buffer.concat(lines);

const folder = mkdtempSync(join(tmpdir(), 'longshore-readers-'));
const file = join(folder, 'member.json.gz');
writeFileSync(file, gzip);
after(() => {
  rmSync(folder, { recursive: true });
});

const libraries: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  'zlib.gunzipSync': () => gunzipSync(gzip),
  'zlib.createGunzip': () => buffer(Readable.from([gzip]).pipe(createGunzip())),
  DecompressionStream: async () => {
    const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  },
  'pako.ungzip': () => ungzip(gzip),
  'fflate.gunzipSync': () => fflateGunzipSync(gzip),
};

for (const [name, read] of Object.entries(libraries)) {
  test(`${name} reads a member`, async () => {
    assert.ok(Buffer.from(await read()).equals(json));
  });
}

const PYTHON = 'import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())';
const commands: Readonly<Record<string, readonly string[]>> = {
  gunzip: ['-c', file],
  zcat: [file],
  python3: ['-c', PYTHON, file],
  pigz: ['-dc', file],
  igzip: ['-dc', file],
  'libdeflate-gunzip': ['-c', file],
};

for (const [command, options] of Object.entries(commands)) {
  test(`${command} reads a member`, skipUnless(command, isOnPath(command)), () => {
    const { stdout, status, stderr } = spawnSync(command, options, { maxBuffer: json.byteLength + 1024 });
    assert.equal(status, 0, stderr.toString());
    assert.ok(stdout.equals(json));
  });
}

const python = process.env['PYTHON'] ?? 'python3';
const hasDuckdb = spawnSync(python, ['-c', 'import duckdb']).status === 0;

test('duckdb reads a member', skipUnless('duckdb', hasDuckdb), () => {
  const sum = `sum((json->>'$."number"."$numberInt"')::int)::bigint`;
  const query = `import duckdb; print(duckdb.sql(r'''select count(*), ${sum} from read_ndjson_objects('${file}')''').fetchall())`;
  const documents = BLOCKS * DOCUMENTS_PER_BLOCK;
  const answer = execFileSync(python, ['-c', query], { encoding: 'utf8' });
  assert.equal(answer.trim(), `[(${documents}, ${(documents * (documents - 1)) / 2})]`);
});
