import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportPage } from './report-page.ts';

const REPORT = {
  product: 'longshore 1.2.3',
  drillId: '6a794559',
  groupId: 'b0123456',
  clusterName: 'shop',
  export: { id: '6a79', bucketName: 'bucket', prefix: 'exported_snapshots/a', createdAt: '2026-08-10T03:28:25Z' },
  snapshot: { id: '6a78', compared: true, takenAt: '2026-08-10T03:27:08Z' },
  mode: 'decode',
  startedAt: '2026-08-11T00:00:00.123Z',
  finishedAt: '2026-08-11T00:00:02.123Z',
  durationMs: 2000,
  outcome: 'failed',
  problems: ['<script>alert(1)</script> & "more"'],
  hash: 'a hash',
  totals: { collections: 1, documents: 5 },
  collections: [
    {
      database: 'db',
      name: '<img src=x onerror="alert(1)">',
      proof: 'different',
      documents: 5,
      hash: 'aa',
      snapshotDocuments: 6,
      snapshotHash: 'bb',
    },
  ],
};

test('no text of a report becomes markup', () => {
  const page = reportPage({ report: REPORT, signature: '<b>', publicKey: "'><i>" });
  assert.doesNotMatch(page, /<script|<img|<b>|<i>/);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; &quot;more&quot;/);
  assert.match(page, /default-src 'none'/);
});

test('both sides of a difference are shown', () => {
  const page = reportPage({ report: REPORT, signature: '', publicKey: '' });
  assert.match(page, /5 \(snapshot: 6\)/);
  assert.match(page, /aa \(snapshot: bb\)/);
});
