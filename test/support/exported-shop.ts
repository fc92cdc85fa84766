import { join } from 'node:path';
import { initialize, serve, type Initial, type Server } from './longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from './mongodump.ts';

/** Serves a new data directory whose cluster `shop` is a dump of `SMALL_DEPLOYMENT`, and has an export in a bucket of that name. */
export async function serveExportedShop(
  dataDirectory: string,
  home: string,
  bucketName: string,
): Promise<{ readonly initial: Initial; readonly server: Server }> {
  const dump = join(home, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const initial = await initialize(dataDirectory, home);
  const server = await serve(dataDirectory, home, initial);
  const { project } = server;
  await project.cluster('shop', dump);
  await project.successfulExport('shop', await project.completedSnapshot('shop'), await project.bucket(bucketName));
  return { initial, server };
}
