import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

// Runs the clients that people use against Atlas, unchanged, and says which of them are not on this machine.

const FILES = ['../clients.test.ts', 'go.test.ts', 'java.test.ts', 'mcp.test.ts'];

const skipped: string[] = [];
const tests = run({ files: FILES.map((file) => join(import.meta.dirname, file)), concurrency: 1 })
  .on('test:pass', ({ name, skip }) => {
    if (typeof skip === 'string') skipped.push(`${name} (${skip})`);
  })
  .on('test:fail', () => (process.exitCode = 1));
const report = tests.compose(spec);
report.pipe(process.stdout);
await finished(report);

console.log(
  skipped.length === 0 ? 'No client was skipped.' : `Skipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`,
);
