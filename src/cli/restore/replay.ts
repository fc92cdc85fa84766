import { AppError } from '../../kernel/errors.ts';
import type { OplogReplay } from '../../pipelines/restore/index.ts';

/** The options that say how an oplog is applied. */
export interface ReplayOptions {
  readonly oplogReplay?: true;
  readonly pointInTime?: string;
}

/** An entry of the oplog as its seconds and its number within the second. */
const ENTRY = /^(?<seconds>\d{1,10}):(?<increment>\d{1,10})$/;
/** A date without a time zone would mean another moment on another machine. */
const ZONED = /(Z|[+-]\d\d:?\d\d)$/i;

/** How the oplog is applied; without `oplog` it is not. @throws AppError `INVALID_OPTION` */
export async function replayOf({ oplogReplay, pointInTime }: ReplayOptions): Promise<{ readonly oplog?: OplogReplay }> {
  if (pointInTime === undefined) return oplogReplay === true ? { oplog: {} } : {};
  const { lastMomentBefore } = await import('../../pipelines/restore/index.ts');
  const { seconds, increment } = ENTRY.exec(pointInTime)?.groups ?? {};
  if (seconds !== undefined) return { oplog: { upTo: { seconds: Number(seconds), increment: Number(increment) } } };
  const ms = ZONED.test(pointInTime) ? Date.parse(pointInTime) : Number.NaN;
  if (ms >= 0 && ms % 1000 === 0) return { oplog: { upTo: lastMomentBefore(ms / 1000) } };
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--point-in-time is ${JSON.stringify(pointInTime)}, which is no moment`,
    hint: 'Give a time in whole seconds with its zone, such as 2026-08-10T12:00:00Z, or an entry of the oplog as SECONDS:INCREMENT.',
  });
}
