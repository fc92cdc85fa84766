import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers } from './task.ts';

export type { DefaultSchedule } from './default-schedule.ts';

/** The backup schedules of clusters: when snapshots are taken, how long they are kept, and which are exported. */
export interface Schedules {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
}

export function createSchedules(deps: ServiceDependencies): Schedules {
  const service = createService(deps);
  return {
    operations: createOperations(service, deps.clock),
    jobHandlers: createJobHandlers({ logger: deps.logger, service }),
  };
}
