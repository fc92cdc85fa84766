import type { Operation, RecordChange } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ServerTime } from '../server-time/index.ts';
import { createOperations } from './routes.ts';
import { createService, type EventsDependencies } from './service.ts';
import { createJobHandlers } from './task.ts';

/** The record of all changes that callers make. */
export interface Events {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /** Records a change in the transaction that makes it, for the HTTP server. */
  readonly recordChange: RecordChange;
}

export function createEvents(
  deps: EventsDependencies & { readonly logger: Logger; readonly serverTime: Pick<ServerTime, 'retentionTime'> },
): Events {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    jobHandlers: createJobHandlers(deps),
    recordChange: service.recordChange,
  };
}
