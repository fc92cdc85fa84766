const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** The clock agrees with the time that has passed if they differ by no more than this. A machine that was paused over a night is no alarm. */
const DIFFERENCE_MS = DAY_MS;
/** A clock that has gone evenly for this time is believed, because somebody may have set it right, and nobody may ever answer. */
const BELIEVED_AFTER_MS = 7 * DAY_MS;
/** The longest stop of the server that its clock alone shows. Weekly runs are nearer together; more is as likely a wrong clock. */
const LONGEST_STOP_MS = 8 * DAY_MS;

/** What is known of the time. Times are milliseconds since the Unix epoch. */
export interface TimeState {
  /** The clock at the last look. */
  readonly seenAt: number;
  /** The time by what has passed. It is the clock's while both agree. */
  readonly passedAt: number;
  /** For how many milliseconds the clock has gone evenly while it differed from `passedAt`; undefined if they agree. */
  readonly differsForMs: number | undefined;
}

/** Believes the clock. */
export const agreeing = (now: number): TimeState => ({ seenAt: now, passedAt: now, differsForMs: undefined });

/**
 * Looks at the clock.
 * @param passedMs the time that has certainly passed since the last look.
 */
export function look(before: TimeState, now: number, passedMs: number): TimeState {
  const passedAt = before.passedAt + passedMs;
  if (Math.abs(now - passedAt) <= DIFFERENCE_MS) return agreeing(now);
  const isEven = Math.abs(now - (before.seenAt + passedMs)) <= DIFFERENCE_MS;
  const differsForMs = isEven && before.differsForMs !== undefined ? before.differsForMs + passedMs : 0;
  return differsForMs >= BELIEVED_AFTER_MS ? agreeing(now) : { seenAt: now, passedAt, differsForMs };
}

/** The time that has passed while the server was off: what its clock shows, or nothing if the clock would have to be believed for it. */
export function passedWhileOff({ seenAt }: TimeState, now: number): number {
  const gap = now - seenAt;
  return gap >= 0 && gap <= LONGEST_STOP_MS ? gap : 0;
}

/** The latest time that is certain. What expires by then may be removed. */
export const retentionTimeOf = ({ seenAt, passedAt }: TimeState): number => Math.min(seenAt, passedAt);

/** How long the clock must still go evenly until it is believed; undefined if it is. */
export function believedInMs({ differsForMs }: TimeState): number | undefined {
  return differsForMs === undefined ? undefined : BELIEVED_AFTER_MS - differsForMs;
}
