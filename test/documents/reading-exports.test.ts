import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOnPath } from '../support/is-on-path.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { blocksBelow, guide, readersDirectory, typeInBash } from './guide.ts';

// Commands of docs/guides/reading-exports.md, word by word.

const GUIDE = guide('reading-exports');
const tools = { ...skipUnless('bash', isOnPath('bash')), ...skipUnless('python3', isOnPath('python3')) };

test('a shell and Python read the collection of the demo', tools, async () => {
  using directory = temporaryDirectory('reading');
  const env = readersDirectory(directory.path);
  const [, setUp = ''] = /^```sh\n(.*?)^```$/ms.exec(GUIDE) ?? [];
  const [shell = ''] = blocksBelow(GUIDE, 'A shell');
  const [python = ''] = blocksBelow(GUIDE, 'Python');
  const script = `${setUp}${shell}python3 - <<'END'\n${python}print(len(documents))\nEND\n`;
  const { code, out, err } = await typeInBash(script, { cwd: directory.path, env });
  assert.equal(code, 0, err);
  assert.match(out, /^\{"_id":.*"number":.*\}\n4200\n$/m);
});
