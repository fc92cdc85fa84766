import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createTerminal } from '../terminal.ts';
import { runDemo } from './demo.ts';

test('a demo whose snapshot fails says why', async () => {
  using directory = temporaryDirectory('demo-fails');
  const dump = join(directory.path, 'dump');
  mkdirSync(join(dump, 'shop'), { recursive: true });
  writeFileSync(join(dump, 'shop', 'orders.bson'), 'this is no BSON');
  writeFileSync(join(dump, 'shop', 'orders.metadata.json'), '{"options":{},"indexes":[]}');
  const sink = { write: () => undefined };
  await assert.rejects(
    runDemo({
      terminal: createTerminal(sink, sink, {}),
      clock: systemClock,
      signal: new AbortController().signal,
      dataDir: join(directory.path, 'data'),
      dump,
    }),
    { code: 'SNAPSHOT_FAILED', message: /orders\.bson/ },
  );
});
