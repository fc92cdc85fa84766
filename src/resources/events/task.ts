import { every, fenced, type JobHandlers } from '../../jobs/index.ts';
import { lowestId } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../metastore/index.ts';
import type { ServerTime } from '../server-time/index.ts';
import * as table from './table.ts';

const EXPIRE_EVENTS = 'expire-events';

const DAY_MS = 24 * 60 * 60_000;
const RETENTION_DAYS = 365;
/** About 500 MB of metadata. */
const MAX_EVENTS = 1_000_000;
/** A transaction holds the only connection of the embedded database, so a large removal makes many short ones. */
const BATCH = 1000;

/** Removes old events once a day: those that are older than a year, and the oldest beyond a million. */
export function createJobHandlers(deps: {
  readonly database: Database;
  readonly serverTime: Pick<ServerTime, 'retentionTime'>;
  readonly logger: Logger;
  /** The number of events that are kept; absent: a million. */
  readonly maxEvents?: number;
}): JobHandlers {
  const { database, serverTime, logger, maxEvents = MAX_EVENTS } = deps;
  return {
    [EXPIRE_EVENTS]: {
      nextRun: every(DAY_MS),
      async run(context) {
        const notTooOld = lowestId((await serverTime.retentionTime()) - RETENTION_DAYS * DAY_MS);
        const notTooMany = (await table.oldestOf(database, maxEvents)) ?? '';
        const before = notTooOld > notTooMany ? notTooOld : notTooMany;
        let removed = 0;
        for (let batch = BATCH; batch === BATCH; removed += batch) {
          context.signal.throwIfAborted();
          await fenced(database, context, async (transaction) => {
            batch = await table.deleteOldest(transaction, before, BATCH);
          });
        }
        if (removed > 0) logger.info('old events removed', { count: removed });
      },
      failed: () => Promise.resolve(),
    },
  };
}
