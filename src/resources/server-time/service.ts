import { atlasTime, type Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../metastore/index.ts';
import { agreeing, look, passedWhileOff, retentionTimeOf, type TimeState } from './model.ts';
import { putState, selectState } from './table.ts';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False: the clock is believed, whatever it says. */
  readonly isChecked: boolean;
}

export type ServerTimeService = ReturnType<typeof createService>;

export function createService({ database, clock, logger, isChecked }: ServiceDependencies) {
  const elapsed = (): number => clock.elapsed?.() ?? clock.now();
  let known: { readonly state: TimeState; readonly elapsedMs: number } | undefined;

  /** Looks at the clock, and says when it begins to differ from the time that has passed, and when that ends. */
  async function state(within: Database = database): Promise<TimeState> {
    const stored = known === undefined ? await selectState(within) : undefined;
    const now = clock.now();
    const elapsedMs = elapsed();
    const before = known?.state ?? stored ?? agreeing(now);
    const passedMs = known === undefined ? passedWhileOff(before, now) : Math.max(0, elapsedMs - known.elapsedMs);
    const found = isChecked ? look(before, now, passedMs) : agreeing(now);
    const isFirst = known === undefined;
    known = { state: found, elapsedMs };
    const differed = before.differsForMs !== undefined;
    const differs = found.differsForMs !== undefined;
    if (differs && (isFirst || !differed)) {
      logger.error('the clock differs from the time that has passed: nothing expires before both have come there', {
        clock: atlasTime(now),
        timePassed: atlasTime(found.passedAt),
        hint: 'Set the clock right. If it is right, start the server once with --clock-check off.',
      });
    }
    if (differed && !differs) logger.info('the clock is believed again', { clock: atlasTime(now) });
    return found;
  }

  return {
    state,

    retentionTime: async (within: Database = database): Promise<number> => {
      const found = await state(within);
      await putState(within, found);
      return retentionTimeOf(found);
    },
  };
}
