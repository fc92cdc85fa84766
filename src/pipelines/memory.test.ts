import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';

const MEASURE = join(import.meta.dirname, '../../test/support/pipeline-memory.ts');
const DATA_MB = 200;

/** What makes the data, what the threads hold, and room for garbage: less than this and all of the data. */
const MAX_PEAK_MB = 500;

test(`${DATA_MB} MB are captured and exported in bounded memory`, async () => {
  using directory = temporaryDirectory('memory');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=96',
    MEASURE,
    join(directory.path, 'data'),
    `${DATA_MB}`,
  ]);
  const measured: unknown = JSON.parse(stdout);
  assert.ok(typeof measured === 'object' && measured !== null && 'bsonMb' in measured && 'peakMb' in measured);
  assert.ok(Number(measured.bsonMb) >= DATA_MB);
  assert.ok(Number(measured.peakMb) < MAX_PEAK_MB, `${Number(measured.peakMb)} MB`);
});
