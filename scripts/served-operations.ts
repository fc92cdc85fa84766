import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compose } from '../src/app/compose.ts';
import { resolveSettings } from '../src/app/config.ts';
import { openDataDirectory } from '../src/app/data-directory.ts';
import type { Operation } from '../src/http/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLogger } from '../src/kernel/logger.ts';

/** The operations of the program, which it only has when it is put together: here on a data directory that is removed again. */
export async function servedOperations(): Promise<readonly Operation[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'longshore-operations-'));
  try {
    const settings = resolveSettings({ dataDir: directory, logLevel: 'silent' }, {});
    const opened = await openDataDirectory(settings, { clock: systemClock });
    const parts = await compose({ settings, directory: opened, clock: systemClock, logger: silentLogger });
    await parts.close();
    await opened.close();
    return parts.operations;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
