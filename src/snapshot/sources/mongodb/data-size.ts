import type { DeploymentServer } from './deployment.ts';
import { mapParallel } from './map-parallel.ts';

const PARALLEL_COMMANDS = 16;
/** Nobody waits longer for a figure that is only shown. */
const MAX_TIME_MS = 10_000;

/**
 * Asks for the bytes of BSON in these databases. One command for each database, because thousands of collections would take long.
 * The role `read` permits it.
 * @returns undefined if the server does not say it of every database.
 */
export async function dataSize(
  server: DeploymentServer,
  databases: readonly string[],
  aborting: AbortSignal,
): Promise<number | undefined> {
  const signal = AbortSignal.any([aborting, AbortSignal.timeout(MAX_TIME_MS)]);
  try {
    const sizes = await mapParallel(databases, PARALLEL_COMMANDS, async (database) => {
      const { dataSize: bytes }: { readonly dataSize?: unknown } = await server.command(
        database,
        { dbStats: 1, maxTimeMS: MAX_TIME_MS },
        { signal },
      );
      if (typeof bytes !== 'number' || !(bytes >= 0)) throw new Error(`the server names no size of ${database}`);
      return bytes;
    });
    return Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0));
  } catch {
    return undefined;
  }
}
