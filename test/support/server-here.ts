import { join } from 'node:path';
import { resolveSettings } from '../../src/app/config.ts';
import { startServer } from '../../src/app/server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A server in this process, with a directory of its own. */
export interface ServerHere extends AsyncDisposable {
  readonly directory: string;
  /** The data directory, in `directory`. */
  readonly dataDir: string;
}

export async function serveHere(purpose: string): Promise<ServerHere> {
  const directory = temporaryDirectory(purpose);
  const dataDir = join(directory.path, 'data');
  const settings = resolveSettings({ dataDir, port: '0' }, {});
  const server = await startServer(settings, { clock: systemClock, logger: silentLogger });
  return {
    directory: directory.path,
    dataDir,
    async [Symbol.asyncDispose]() {
      await server.stop();
      directory[Symbol.dispose]();
    },
  };
}
