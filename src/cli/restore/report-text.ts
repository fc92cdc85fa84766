import type { RestoreReport } from '../../pipelines/restore/index.ts';
import { formatBytes, formatCount } from '../format.ts';
import { describeLeftOut, MAX_NAMED, printable } from '../left-out.ts';
import type { Terminal } from '../terminal.ts';

/** What was restored, or would be, for people. */
export function reportText(terminal: Terminal, report: RestoreReport): string {
  const { collections, documents, bytes, problems, source, target, leftOut } = report;
  const isPlan = collections.some(({ outcome }) => outcome === 'planned');
  const lines = [
    isPlan ? `Would restore ${source} into ${target}:` : headline(terminal, report),
    ...(isPlan || problems.length > 0 ? collections.slice(0, MAX_NAMED).map(lineOf) : []),
    ...(isPlan && collections.length > MAX_NAMED ? [`  and ${collections.length - MAX_NAMED} more`] : []),
    ...(report.oplog === undefined ? [] : [oplogLine(report.oplog)]),
    ...problems.map((problem) => `    ${printable(problem)}`),
    ...describeLeftOut(leftOut),
  ];
  const left = collections.filter(({ outcome }) => outcome === 'skipped').length;
  const restored = formatCount(collections.length - left, 'collection');
  const total = `${restored}, ${formatCount(documents, 'document')}, ${formatBytes(bytes)}${left === 0 ? '' : `; ${formatCount(left, 'collection')} left as found`}`;
  return `${lines.join('\n')}\n${isPlan ? '' : `    ${total}\n`}`;
}

function headline(terminal: Terminal, { source, target, problems, collections }: RestoreReport): string {
  const isGood = problems.length === 0;
  const mark = isGood ? terminal.paint(terminal.out, 'green', 'ok ') : terminal.paint(terminal.out, 'red', 'BAD');
  const isCompared = collections.some(({ proof }) => proof === 'equal' || proof === 'different');
  const proof = isCompared ? 'every document was read back and compared' : 'what was written cannot be read back';
  return `${mark} ${printable(source)} is in ${printable(target)}: ${proof}`;
}

function lineOf({ database, name, type, from, outcome, source, proof }: RestoreReport['collections'][number]): string {
  const origin = from === undefined ? '' : ` (${from})`;
  const begin = `  ${database}.${name}${origin}`;
  if (outcome === 'skipped') return printable(`${begin}: left as it is`);
  const what = type === 'view' || source === undefined ? type : formatCount(source.documents, 'document');
  return printable(`${begin}: ${what}${proof === 'none' ? '' : `, ${proof}`}`);
}

/** What the oplog changed was not compared, because the source does not say what the collections hold afterwards. */
function oplogLine({ entries, unmatched, warning }: NonNullable<RestoreReport['oplog']>): string {
  const missed = unmatched === 0 ? '' : `, ${formatCount(unmatched, 'operation')} found nothing to change`;
  const taken = `${entries.toLocaleString('en-US')} ${entries === 1 ? 'entry' : 'entries'}`;
  return `    after that, the oplog was applied: ${taken}${missed}${warning === undefined ? '' : `; ${warning}`}`;
}
