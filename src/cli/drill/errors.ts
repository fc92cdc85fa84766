import { AppError } from '../../kernel/errors.ts';
import type { Drill } from './documents.ts';

/** A drill that has ended, and has not passed. */
export function drillFailed({ id, clusterName, outcome = '', report }: Drill): AppError {
  const { problems = [], reason } = report ?? {};
  return new AppError({
    code: 'DRILL_FAILED',
    message: `the drill ${id} of ${clusterName} is ${outcome}: ${reason?.message ?? problems[0] ?? 'no reason given'}`,
    hint:
      outcome === 'notRun'
        ? 'Mend what it says about the bucket or the scratch cluster, then drill again. Nothing is known of the export.'
        : 'Take a new snapshot and export it, or copy the export back from another bucket; then drill again.',
  });
}
