import { describeConsistency } from './consistency.ts';
import type { RegisteredCluster } from './documents.ts';
import { formatCount } from './format.ts';
import { describeLeftOut, MAX_NAMED, printable } from './left-out.ts';

/** Describes for people what a snapshot of a cluster will contain and leave out. @param what was done to it. */
export function describeRegistered(what: string, cluster: RegisteredCluster): string {
  const { name, id, mongoDBVersion, collections, leftOut = [], warnings = [], consistency } = cluster;
  const lines = [
    `Cluster ${name} ${what} (MongoDB ${mongoDBVersion}, id ${id}).`,
    ...(collections === undefined
      ? [`Send an archive with each snapshot: mongodump --archive | longshore snapshot create ${name} --archive -`]
      : [`A snapshot takes ${formatCount(collections.length, 'collection')}${shortened(collections)}`]),
    ...describeLeftOut(leftOut),
    ...warnings.map((warning) => `Warning: ${printable(warning)}`),
    ...describeConsistency(consistency),
  ];
  return `${lines.join('\n')}\n`;
}

function shortened(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  if (names.length === 0) return '.';
  return `: ${names.slice(0, MAX_NAMED).map(printable).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}
