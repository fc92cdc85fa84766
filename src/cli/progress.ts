import type { Clock } from '../kernel/clock.ts';
import type { Waiting } from './documents.ts';
import { formatDuration } from './format.ts';
import type { Terminal } from './terminal.ts';
import { describeWaiting } from './waiting.ts';

const BAR_CHARACTERS = 24;
const GAP = '  ';
/** The width if a terminal reports none, or 0. */
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\u001B[K';

/** The progress of a job, as far as it is known. */
export interface ProgressState {
  /** Atlas's word for the state: `queued`, `InProgress`, … */
  readonly state: string;
  readonly done?: number;
  readonly total?: number;
  /** The counted things; absent: collections. */
  readonly unit?: string;
  /** Why the job waits, if it does. */
  readonly waiting?: Waiting | undefined;
}

/**
 * Shows progress on standard error: a redrawn bar on a terminal, one line for each change elsewhere. What a job waits for has a
 * line of its own on both, once for each failed attempt.
 */
export interface Progress {
  update(state: ProgressState): void;
  /** Removes the bar, so that the next output starts on a new line. */
  end(): void;
}

function describe({ state: name, done, total, unit = 'collections', waiting }: ProgressState): string {
  const state = waiting === undefined ? name : `${name}, waits`;
  return done === undefined || total === undefined || total === 0 ? state : `${state}, ${done} of ${total} ${unit}`;
}

/** The text of the bar. The text is empty while the total is unknown. */
function bar({ done, total }: ProgressState): string {
  if (done === undefined || total === undefined || total === 0) return '';
  const share = Math.min(1, done / total);
  const full = Math.round(share * BAR_CHARACTERS);
  return '█'.repeat(full) + '░'.repeat(BAR_CHARACTERS - full);
}

/** @param label names the job, e.g. `export`. */
export function createProgress(terminal: Terminal, label: string, clock: Clock): Progress {
  const { err } = terminal;
  const startedAt = clock.now();
  const elapsed = (): string => formatDuration(clock.now() - startedAt);
  let toldWait = '';
  /** The line to write; empty if the wait was reported before. A new time of the next attempt alone is not reported. */
  const waitLine = ({ waiting }: ProgressState): string => {
    const wait = waiting === undefined ? '' : `${waiting.failures} ${waiting.errorCode} ${waiting.message}`;
    if (waiting === undefined || wait === toldWait) return '';
    toldWait = wait;
    return `${label}: waits. ${describeWaiting(waiting, clock.now())}\n`;
  };
  if (err.isTTY === true) {
    return {
      update(state) {
        const wait = waitLine(state);
        if (wait !== '') err.write(CLEAR_LINE + wait);
        // A wrapped line cannot be erased. Parts that do not fit are left out, the bar first.
        const room = (err.columns || DEFAULT_COLUMNS) - 1;
        const drawn = bar(state);
        const words = [describe(state), elapsed()];
        const plain = [label, ...words].join(GAP);
        const fits = drawn !== '' && plain.length + GAP.length + drawn.length <= room;
        const line = fits ? [label, terminal.paint(err, 'cyan', drawn), ...words].join(GAP) : plain.slice(0, room);
        err.write(CLEAR_LINE + line);
      },
      end: () => void err.write(CLEAR_LINE),
    };
  }
  let last = '';
  return {
    update(state) {
      err.write(waitLine(state));
      const line = describe(state);
      if (line !== last) err.write(`${label}: ${line} (${elapsed()})\n`);
      last = line;
    },
    end: () => undefined,
  };
}
