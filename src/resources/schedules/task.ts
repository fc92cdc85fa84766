import { every, type JobHandlers } from '../../jobs/index.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { OverdueService } from './overdue-service.ts';
import { LOOK_MS, type ScheduleService } from './service.ts';

export const TAKE_SCHEDULED_SNAPSHOTS = 'take-scheduled-snapshots';
export const FIND_OVERDUE_EXPORTS = 'find-overdue-exports';

export interface TaskDependencies {
  readonly logger: Logger;
  readonly service: Pick<ScheduleService, 'takeDue'>;
  readonly overdue: Pick<OverdueService, 'look'>;
}

export function createJobHandlers({ logger, service, overdue }: TaskDependencies): JobHandlers {
  return {
    [TAKE_SCHEDULED_SNAPSHOTS]: {
      // At the start of the next minute, because snapshots are due there.
      nextRun: (after) => (Math.floor(after / LOOK_MS) + 1) * LOOK_MS,
      async run(context) {
        const count = await service.takeDue(context);
        if (count > 0) logger.info('snapshots of schedules are queued', { count });
      },
      failed: () => Promise.resolve(),
    },
    [FIND_OVERDUE_EXPORTS]: {
      nextRun: every(LOOK_MS),
      run: (context) => overdue.look(context),
      failed: () => Promise.resolve(),
    },
  };
}
