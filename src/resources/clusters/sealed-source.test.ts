import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterSource } from './model.ts';
import { packSource, unpackSource } from './sealed-source.ts';

test('a source is unpacked as it was packed, and a plain text of earlier versions is still read', () => {
  const sources: readonly ClusterSource[] = [
    { kind: 'mongodump', directory: '/dumps/{one}' },
    { kind: 'mongodump', directory: '/dumps/one', database: 'shop' },
    { kind: 'archive', file: '/dumps/one.archive' },
    { kind: 'upload' },
    { kind: 'mongodb', uri: 'mongodb://u:p@h/' },
    { kind: 'mongodb', uri: 'mongodb://h/', whenHistoryEnds: 'fallBack' },
    { kind: 'mongodb', uri: 'mongodb://h/', whenHistoryEnds: 'fail', bytesPerSecond: 1e6 },
  ];
  for (const source of sources) assert.deepEqual(unpackSource(source.kind, packSource(source)), source);
  assert.deepEqual(unpackSource('mongodb', 'mongodb://h/'), { kind: 'mongodb', uri: 'mongodb://h/' });
  assert.throws(() => unpackSource('mongodb', '{}'), /^Error: it lacks uri$/);
});
