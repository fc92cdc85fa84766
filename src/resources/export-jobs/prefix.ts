import type { Id } from '../../kernel/ids.ts';
import { EXPORTS_FOLDER } from '../../pipelines/export/index.ts';

/** An organization or a project, in the path of an export. */
export interface Named {
  readonly id: Id;
  readonly name: string;
}

/**
 * Returns the key prefix of an export in Atlas's layout: organization and project, the minute of the snapshot in UTC, and
 * a second, which distinguishes the exports of a snapshot.
 */
export function exportPrefix(facts: {
  readonly organization: Named;
  readonly group: Named;
  /** Whether organization and project are named in the path; false: their ids are there. */
  readonly useNames: boolean;
  readonly clusterName: string;
  /** Milliseconds since the Unix epoch. */
  readonly snapshotTakenAt: number;
  readonly epochSeconds: number;
}): string {
  const minute = new Date(facts.snapshotTakenAt).toISOString().slice(0, 16).replace(':', '');
  const part = ({ id, name }: Named): string => (facts.useNames ? (pathName(name) ?? id) : id);
  const { organization, group, clusterName, epochSeconds } = facts;
  return [EXPORTS_FOLDER, part(organization), part(group), clusterName, minute, epochSeconds].join('/');
}

/** Returns the prefix of the following second. */
export function nextPrefix(prefix: string): string {
  return prefix.replace(/\d+$/, (epochSeconds) => String(Number(epochSeconds) + 1));
}

/**
 * Returns a name as Atlas writes it into paths: blanks become underscores, and characters that Amazon S3 lists as needing
 * special handling or better avoided are removed
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
 * @returns undefined if nothing is left that can name a folder.
 */
export function pathName(name: string): string | undefined {
  const kept = name.replaceAll(' ', '_').replaceAll(/[^A-Za-z0-9!_.*'()-]/g, '');
  return /^\.*$/.test(kept) ? undefined : kept;
}
