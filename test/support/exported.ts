import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Manifest = Type.Object({
  objects: Type.Array(
    Type.Object({
      key: Type.String(),
      bytes: Type.Integer(),
      sha256: Type.String(),
      documents: Type.Optional(Type.Integer()),
    }),
  ),
});

/** The folders of exports below the bucket: those with a data file, a manifest or a `.complete`. */
export function prefixesOf(bucket: string): string[] {
  if (!existsSync(bucket)) return [];
  const prefixes = new Set<string>();
  for (const entry of readdirSync(bucket, { recursive: true, encoding: 'utf8' })) {
    const prefix = /^exported_snapshots\/[^/]+\/[^/]+\/[^/]+\/[^/]+\/\d+/.exec(entry)?.[0];
    if (prefix !== undefined) prefixes.add(prefix);
  }
  return [...prefixes].sort();
}

export const isCompleteExport = (bucket: string, prefix: string): boolean =>
  existsSync(join(bucket, prefix, '.complete'));

/**
 * Holds an export that says it is complete to its word: every object of the manifest is there with its bytes, its
 * SHA-256 and its documents, and nothing else is. Returns the number of documents.
 */
export function checkCompleteExport(bucket: string, prefix: string): number {
  const manifest = Value.Parse(Manifest, JSON.parse(readFileSync(join(bucket, prefix, '.manifest.json'), 'utf8')));
  let documents = 0;
  for (const object of manifest.objects) {
    const bytes = readFileSync(join(bucket, object.key));
    assert.equal(bytes.length, object.bytes, object.key);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), object.sha256, object.key);
    if (!object.key.endsWith('.json.gz')) continue;
    const lines = gunzipSync(bytes).toString('utf8').split('\n');
    assert.equal(lines.pop(), '', `${object.key} ends with a line break`);
    assert.equal(lines.length, object.documents, object.key);
    documents += lines.length;
  }
  const listed = new Set(manifest.objects.map(({ key }) => key));
  const stray = readdirSync(join(bucket, prefix), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(bucket.length + 1))
    .filter((key) => !listed.has(key) && !/\/\.(claim|complete|manifest\.json)$/.test(key));
  assert.deepEqual(stray, [], 'objects that the manifest does not know');
  return documents;
}
