import { formatCount } from '../format.ts';
import { printable } from '../left-out.ts';
import type { Drill } from './documents.ts';
import { toSecond } from './to-second.ts';

/** The result of a drill in a few lines. */
export function describeDrill({ id, clusterName, mode, outcome, state, report }: Drill): string {
  const lines = [`Drill ${id} of ${clusterName}: ${outcome ?? state} (${mode})`];
  if (report !== undefined) {
    const { collections, documents } = report.totals;
    lines.push(
      `${formatCount(collections, 'collection')}, ${formatCount(documents, 'document')}, ${toSecond(report.startedAt)} to ${toSecond(report.finishedAt)}`,
      // A bucket that is registered no more has no name.
      [report.export.bucketName, report.export.prefix].filter((part) => part !== '').join('/'),
      ...report.problems.map((problem) => `  ${printable(problem)}`),
      ...(report.reason === undefined ? [] : [`  ${printable(report.reason.message)}`]),
    );
  }
  return `${lines.join('\n')}\n`;
}
