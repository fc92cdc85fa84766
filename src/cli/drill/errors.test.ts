import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillFailed } from './errors.ts';

test('a new export is asked for after a drill that has failed, and not after one that could not be run', () => {
  const drill = { id: '6a79', clusterName: 'shop', state: 'ended', mode: 'decode', createdAt: '', exportId: '6a78' };
  assert.match(drillFailed({ ...drill, outcome: 'failed' }).hint ?? '', /new snapshot/);
  assert.match(drillFailed({ ...drill, outcome: 'notRun' }).hint ?? '', /^Mend .* Nothing is known of the export\.$/);
});
