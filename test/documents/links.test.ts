import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const LINK = /\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g;

const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
}).split('\n');

for (const document of documents.filter((name) => name !== '')) {
  test(`every link of ${document} leads somewhere`, () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const broken = [...text.matchAll(LINK)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)));
    assert.deepEqual(broken, []);
  });
}

test('the list of decisions has each of them, by its title', () => {
  const folder = join(ROOT, 'docs', 'decisions');
  const list = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const file of readdirSync(folder).filter((name) => /^\d/.test(name))) {
    const [, number = '', title = ''] = /^# (\d{4}) (.*)/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    assert.ok(list.includes(`- [${number}](${file}) ${title}\n`), `${file} is not in the list`);
  }
});
