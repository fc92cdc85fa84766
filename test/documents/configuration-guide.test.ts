import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formattedConfigurationGuide } from '../../scripts/configuration-guide.ts';

test('the guide to configuration says what the options are', async () => {
  const committed = readFileSync(new URL('../../docs/guides/configuration.md', import.meta.url), 'utf8');
  assert.equal(committed, await formattedConfigurationGuide(), 'run: npm run generate');
});
