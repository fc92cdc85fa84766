import type { Operation } from '../../http/index.ts';
import type { Database } from '../../metastore/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';

/** The time by which things expire that nobody can bring back. A clock that was set must not remove them early. */
export interface ServerTime {
  readonly operations: readonly Operation[];
  /**
   * Looks at the clock. Returns the latest time that is certain, in milliseconds since the Unix epoch: the clock's, unless the clock was
   * set ahead of the time that has passed.
   * @param within the transaction in which the caller is; absent: none.
   */
  retentionTime(within?: Database): Promise<number>;
  /** By how many milliseconds the clock is ahead of the time that has passed; 0 if they agree. */
  differenceMs(): Promise<number>;
}

export function createServerTime(deps: ServiceDependencies): ServerTime {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    retentionTime: service.retentionTime,
    differenceMs: async () => {
      const { seenAt, passedAt } = await service.state();
      return seenAt - passedAt;
    },
  };
}
