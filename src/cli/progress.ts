import type { Clock } from '../kernel/clock.ts';
import type { Failure, Waiting } from './documents.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { marksOf } from './marks.ts';
import { Rate } from './rate.ts';
import type { Terminal } from './terminal.ts';
import { describeTrouble } from './trouble.ts';

/** The bar is as wide as fits beside the state and the first figure. */
const BAR_WIDTHS = [24, 12];
const GAP = '  ';
/** The width if a terminal reports none, or 0. */
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\u001B[K';
/** Figures alone are shown this often, because some callers have new ones after each piece that they read. */
const UPDATE_INTERVAL_MS = 100;
/** Without a terminal, figures alone make a new line this often. */
const LINE_INTERVAL_MS = 10_000;

/** The progress of a job, as far as it is known. */
export interface ProgressState {
  /** Atlas's word for the state: `queued`, `InProgress`, … */
  readonly state: string;
  readonly done?: number;
  readonly total?: number;
  /** The counted things; absent: collections. */
  readonly unit?: string;
  readonly figures?: Figures | undefined;
  /** Why the job waits, if it does. */
  readonly waiting?: Waiting | undefined;
  readonly lastFailure?: Failure | undefined;
}

/** What a job has read and written so far. */
export interface Figures {
  /** Absent where there are none, such as in a check of blocks. */
  readonly documents?: number;
  readonly bytes: number;
  readonly totalBytes?: number | undefined;
  /** What a snapshot has stored. */
  readonly newStoredBytes?: number | undefined;
}

/**
 * Shows progress on standard error: a redrawn bar on a terminal, lines elsewhere. What a job waits for has a line of its own
 * on both, once for each failed attempt.
 */
export interface Progress {
  update(state: ProgressState): void;
  /** Removes the bar, so that the next output starts on a new line. */
  end(): void;
}

/** The parts of the line, the most important first. */
function partsOf(progress: ProgressState, rate: Rate): readonly string[] {
  const { state, done, total, unit = 'collections', figures, waiting } = progress;
  const parts = [waiting === undefined ? state : `${state}, waits`];
  if (figures !== undefined) {
    const { bytes, totalBytes, documents = 0, newStoredBytes } = figures;
    const read = totalBytes === undefined || totalBytes < bytes ? '' : ` of ${formatBytes(totalBytes)}`;
    parts.push(`${newStoredBytes === undefined ? '' : 'read '}${formatBytes(bytes)}${read}`);
    if (newStoredBytes !== undefined) parts.push(`stored ${formatBytes(newStoredBytes)} new`);
    const { bytesPerSecond } = rate;
    if (bytesPerSecond !== undefined) parts.push(`${formatBytes(Math.round(bytesPerSecond))}/s`);
    const left = rate.msUntil(totalBytes);
    if (left !== undefined) parts.push(`${formatDuration(left)} left`);
    if (documents > 0) parts.push(formatCount(documents, 'document'));
  }
  if (done !== undefined && total !== undefined && total > 0) parts.push(`${done} of ${total} ${unit}`);
  return parts;
}

/** What is done, from 0 to 1; undefined while the total is unknown. */
function shareOf({ done, total, figures }: ProgressState): number | undefined {
  const { bytes, totalBytes } = figures ?? {};
  if (bytes !== undefined && totalBytes !== undefined && totalBytes > 0) return Math.min(1, bytes / totalBytes);
  return done === undefined || total === undefined || total === 0 ? undefined : Math.min(1, done / total);
}

/** @param label names the job, e.g. `export`. */
export function createProgress(terminal: Terminal, label: string, clock: Clock): Progress {
  const { err } = terminal;
  const startedAt = clock.now();
  const elapsed = (): string => formatDuration(clock.now() - startedAt);
  const rate = new Rate();
  let told = '';
  /** The line to write; empty if the trouble was reported before. A new time of the next attempt alone is not reported. */
  const troubleLine = ({ waiting, lastFailure }: ProgressState): string => {
    const failure = waiting ?? lastFailure;
    const trouble = failure === undefined ? '' : `${failure.failures} ${failure.errorCode} ${failure.message}`;
    if (failure === undefined || trouble === told) return '';
    told = trouble;
    return `${label} ${describeTrouble({ waiting, lastFailure }, clock.now()) ?? ''}\n`;
  };
  const take = (state: ProgressState): readonly string[] => {
    if (state.figures !== undefined) rate.add(state.figures.bytes, clock.now());
    return partsOf(state, rate);
  };
  const texts = { take, troubleLine, elapsed };
  const progress =
    err.isTTY === true ? drawnProgress(terminal, label, texts) : writtenProgress(terminal, label, { ...texts, clock });
  return seldom(progress, clock);
}

/** Leaves out figures that follow others at once, except the last ones. */
function seldom(progress: Progress, clock: Clock): Progress {
  let shown = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let skipped: ProgressState | undefined;
  return {
    update(state) {
      const now = clock.now();
      const isSame = state.state === shown && state.waiting === undefined && state.lastFailure === undefined;
      if (isSame && now - shownAt < UPDATE_INTERVAL_MS) {
        skipped = state;
        return;
      }
      skipped = undefined;
      shown = state.state;
      shownAt = now;
      progress.update(state);
    },
    end() {
      if (skipped !== undefined) progress.update(skipped);
      progress.end();
    },
  };
}

/** Writes a message where a bar may be, which is drawn again below the message. */
export function noteOverBar(terminal: Terminal, text: string): void {
  if (terminal.err.isTTY === true) terminal.err.write(CLEAR_LINE);
  terminal.note(text);
}

interface Texts {
  readonly take: (state: ProgressState) => readonly string[];
  readonly troubleLine: (state: ProgressState) => string;
  readonly elapsed: () => string;
}

function drawnProgress(terminal: Terminal, label: string, { take, troubleLine, elapsed }: Texts): Progress {
  const { err } = terminal;
  const [full, empty] = marksOf(terminal.isAscii).bar;
  return {
    update(state) {
      const trouble = troubleLine(state);
      if (trouble !== '') noteOverBar(terminal, trouble);
      // A wrapped line cannot be erased, so what does not fit is left out: parts from the end, then the bar.
      const room = (err.columns || DEFAULT_COLUMNS) - 1;
      const parts = take(state);
      const end = elapsed();
      const lengthOf = (shown: readonly string[]): number => [label, shown.join(', '), end].join(GAP).length;
      const share = shareOf(state);
      const widths = share === undefined ? [] : BAR_WIDTHS;
      const width = widths.find((each) => lengthOf(parts.slice(0, 2)) + GAP.length + each <= room);
      const left = room - (width === undefined ? 0 : width + GAP.length);
      let shown = parts.slice(0, 1);
      for (const part of parts.slice(1)) if (lengthOf([...shown, part]) <= left) shown = [...shown, part];
      const words = [shown.join(', '), end];
      if (width === undefined) {
        err.write(CLEAR_LINE + [label, ...words].join(GAP).slice(0, room));
        return;
      }
      const filled = Math.round((share ?? 0) * width);
      const bar = full.repeat(filled) + empty.repeat(width - filled);
      err.write(CLEAR_LINE + [label, terminal.paint(err, 'cyan', bar), ...words].join(GAP));
    },
    end: () => void err.write(CLEAR_LINE),
  };
}

function writtenProgress(
  { err }: Terminal,
  label: string,
  { take, troubleLine, elapsed, clock }: Texts & { readonly clock: Clock },
): Progress {
  let written = '';
  let writtenState = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  let pending = '';
  const write = (line: string): void => {
    pending = '';
    if (line === written) return;
    written = line;
    writtenAt = clock.now();
    err.write(`${label}: ${line} (${elapsed()})\n`);
  };
  return {
    update(state) {
      err.write(troubleLine(state));
      const parts = take(state);
      const line = parts.join(', ');
      const [name = ''] = parts;
      const isDue = name !== writtenState || clock.now() - writtenAt >= LINE_INTERVAL_MS;
      writtenState = name;
      if (isDue) write(line);
      else pending = line;
    },
    end() {
      if (pending !== '') write(pending);
    },
  };
}
