import { AppError } from '../../kernel/errors.ts';
import { compareOplogTimes, type OplogTime } from '../../snapshot/targets/index.ts';
import type { AppliedOplog, OplogWindow, RestoreOplog, RestoreOptions } from './contract.ts';
import type { PlannedCollection } from './plan.ts';
import { ProgressTally } from './progress.ts';
import type { RestoreRecord } from './record.ts';

/** The application of an oplog that a restore ends with. */
export interface Replay {
  readonly oplog: RestoreOplog;
  readonly upTo: OplogTime | undefined;
  readonly window: OplogWindow | undefined;
}

/**
 * Finds out whether the oplog can be applied as it was asked for. Nothing is changed.
 * @returns undefined if it was not asked for.
 * @throws AppError `RESTORE_NO_OPLOG`, `RESTORE_MOMENT_NOT_COVERED`, `RESTORE_OPLOG_NEEDS_ALL`, `RESTORE_OPLOG_UNSUPPORTED`
 */
export async function planReplay(options: RestoreOptions): Promise<Replay | undefined> {
  const { source, target, signal, oplog: wanted } = options;
  if (wanted === undefined) return undefined;
  const { oplog } = source;
  if (oplog === undefined) throw noOplog(source.description);
  requireAll(options);
  if (target.oplog === undefined) throw notApplied(target.description);
  await target.oplog.requireSupport(signal);
  const window = await oplog.window(signal);
  const { upTo } = wanted;
  if (upTo !== undefined && !isCovered(upTo, window)) throw notCovered(source.description, upTo, window);
  return { oplog, upTo, window };
}

/** Whether the oplog says what the data was at a moment. */
export function isCovered(moment: OplogTime, window: OplogWindow | undefined): boolean {
  if (window === undefined) return false;
  // A whole second ends after its last entry.
  const end = { ...window.last, increment: LAST_INCREMENT };
  return compareOplogTimes(moment, window.first) >= 0 && compareOplogTimes(moment, end) <= 0;
}

/** The last moment of a second, after all of its entries. */
export const LAST_INCREMENT = 0xffff_ffff;

/** The last moment before a second begins. Atlas restores to a time without what happened at that time or later. */
export function lastMomentBefore(seconds: number): OplogTime {
  return { seconds: seconds - 1, increment: LAST_INCREMENT };
}

/** Whether a moment was given as a time, and not as an entry. */
export function isEndOfSecond({ increment }: OplogTime): boolean {
  return increment === LAST_INCREMENT;
}

/** Applies the oplog, from where the record says that an earlier attempt came to. */
export async function replay(
  { oplog, upTo, window }: Replay,
  collections: readonly PlannedCollection[],
  record: RestoreRecord,
  { target, pool, signal, onProgress }: RestoreOptions,
): Promise<AppliedOplog> {
  const earlier = record.oplog ?? { entries: 0, unmatched: 0 };
  await record.setOplog(earlier, { durable: true });
  const totals = { phase: 'replaying', totalCollections: collections.length, totalBytes: oplog.entries.bytes } as const;
  const tally = new ProgressTally(totals, onProgress).begin();
  const entries = async function* () {
    tally.reset();
    const onBytes = (bytes: number): void => tally.add({ bytes });
    for await (const { bson, hash } of oplog.entries.blocks(0, { pool, signal, onBytes })) {
      yield bson;
      tally.add({ documents: hash.documents });
    }
  };
  const applied = await target.oplog?.apply({
    entries,
    ...(upTo === undefined ? {} : { upTo }),
    collections: collections.map(({ info }) => info),
    earlier,
    onProgress: (progress, step) => record.setOplog(progress, step),
    signal,
  });
  return {
    ...(applied ?? earlier),
    ...(upTo === undefined ? {} : { upTo }),
    ...(window === undefined ? {} : { window }),
    ...(mayBeTorn(upTo, window) ? { warning: LATER_WRITES } : {}),
  };
}

const LATER_WRITES =
  'if mongodump was still reading at that moment, the collections that it read later hold later writes, too';

/** Whether entries of the oplog are left out that may be in the collections already. */
function mayBeTorn(upTo: OplogTime | undefined, window: OplogWindow | undefined): boolean {
  return upTo !== undefined && window !== undefined && compareOplogTimes(upTo, window.last) < 0;
}

/** The entries name collections of the source, and change what is there whoever wrote it. @throws AppError `RESTORE_OPLOG_NEEDS_ALL` */
function requireAll({ include = [], exclude = [], rename = [], ifExists = 'fail' }: RestoreOptions): void {
  const conflicts = [
    ...(include.length > 0 ? ['--include'] : []),
    ...(exclude.length > 0 ? ['--exclude'] : []),
    ...(rename.length > 0 ? ['--rename'] : []),
    ...(ifExists === 'merge' || ifExists === 'skip' ? [`--if-exists ${ifExists}`] : []),
  ];
  if (conflicts.length === 0) return;
  throw new AppError({
    code: 'RESTORE_OPLOG_NEEDS_ALL',
    message: `an oplog is applied to a whole restore, and ${conflicts.join(' and ')} would restore something else`,
    hint: 'Leave that out, or restore without the oplog.',
  });
}

function noOplog(source: string): AppError {
  return new AppError({
    code: 'RESTORE_NO_OPLOG',
    message: `${source} has no oplog`,
    hint: 'Only dumps made by `mongodump --oplog`, and snapshots of them, have one; restore without it.',
  });
}

function notApplied(target: string): AppError {
  return new AppError({
    code: 'RESTORE_OPLOG_UNSUPPORTED',
    message: `${target} cannot apply an oplog, and keeps it as its oplog.bson`,
    hint: 'Leave the option out; mongorestore --oplogReplay applies the oplog.bson of a dump.',
  });
}

function notCovered(source: string, moment: OplogTime, window: OplogWindow | undefined): AppError {
  const range =
    window === undefined
      ? 'its oplog is empty'
      : `its oplog is from ${describeMoment(window.first)} to ${describeMoment(window.last)}`;
  return new AppError({
    code: 'RESTORE_MOMENT_NOT_COVERED',
    message: `${source} cannot be restored to ${describeMoment(moment)}: ${range}`,
    hint:
      window === undefined
        ? 'Give another snapshot or dump, or restore without the oplog.'
        : 'Give a moment between these two, or another snapshot or dump.',
  });
}

/** A moment for people, and as options take it. */
export function describeMoment({ seconds, increment }: OplogTime): string {
  const time = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return isEndOfSecond({ seconds, increment }) ? `the end of ${time}` : `${time} (${seconds}:${increment})`;
}
