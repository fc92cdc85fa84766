import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';

test('the progress of a restore without a server fits a narrow terminal, and is a line for each phase elsewhere', async () => {
  using directory = temporaryDirectory('restore-progress');
  const restore = async (name: string, columns?: number): Promise<string> => {
    const argv = ['restore', SAMPLE_DUMP, '--to-dump', join(directory.path, name), '--data-dir', directory.path];
    const { code, err } = await typed(argv, { columns, terminal: { NO_COLOR: '1' } });
    assert.equal(code, 0, err);
    return err;
  };
  const drawn = (await restore('narrow', 40)).split('\r\u001B[K').filter((line) => line !== '');
  assert.ok(drawn.length > 1);
  // What does not fit is left out, and nothing is cut: each line ends with the time.
  for (const line of drawn) assert.match(line, /^restore {2}(?=.{0,30}$).* {2}\d+\.\d s$/);

  const written = (await restore('piped')).trim().split('\n');
  const phases = written.map((line) => /^restore: (\w+)/.exec(line)?.[1]);
  assert.deepEqual([...new Set(phases)], ['writing', 'verifying']);
  assert.ok(written.length <= 4, written.join('\n'));
});
