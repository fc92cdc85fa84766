import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import { createOverdueService, type OverdueDependencies, type OverdueHook } from './overdue-service.ts';
import { createOverdueOperations } from './overdue-routes.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers } from './task.ts';

export type { DefaultSchedule } from './default-schedule.ts';
export type { OverdueExport } from './overdue-service.ts';

/** The backup schedules of clusters: when snapshots are taken, how long they are kept, and which are exported. */
export interface Schedules {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /** Adds a hook that runs in the transaction that notes that an export is overdue: once, until an export succeeds. */
  onOverdue(hook: OverdueHook): void;
}

export interface SchedulesDependencies extends Omit<ServiceDependencies, 'clusters' | 'snapshots' | 'exportJobs'> {
  readonly clusters: ServiceDependencies['clusters'] & OverdueDependencies['clusters'];
  readonly snapshots: ServiceDependencies['snapshots'] & OverdueDependencies['snapshots'];
  readonly exportJobs: ServiceDependencies['exportJobs'] & OverdueDependencies['exportJobs'];
}

export function createSchedules(deps: SchedulesDependencies): Schedules {
  const service = createService(deps);
  const overdue = createOverdueService(deps);
  return {
    operations: [...createOperations(service, deps.clock), ...createOverdueOperations(overdue)],
    jobHandlers: createJobHandlers({ logger: deps.logger, service, overdue }),
    onOverdue: (hook) => void overdue.hooks.push(hook),
  };
}
