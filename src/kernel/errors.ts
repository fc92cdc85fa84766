import { constants } from 'node:os';

/** The facts of an error: what failed, on what, why, and what to do. */
export interface ErrorFacts {
  /** Stable, SCREAMING_SNAKE_CASE. */
  readonly code: string;
  /** One sentence: what failed, on what and why. */
  readonly message: string;
  /** What the reader can do about the error. */
  readonly hint?: string;
  /** Whether a later retry may succeed, as on a busy disk. False: a retry cannot succeed, as with a refused key. */
  readonly transient?: boolean;
  readonly cause?: unknown;
}

/** An expected error, with an explanation. Any other error that is thrown is a defect. */
export class AppError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly transient: boolean;

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'AppError';
    this.code = facts.code;
    this.hint = facts.hint;
    this.transient = facts.transient ?? false;
  }
}

/** Whether a later retry may succeed: what was thrown is an AppError that says so. */
export function isTransient(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.transient;
}

/** The message of a thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** System errors that Node.js has no name for. It gives `UNKNOWN` or `Unknown system error -122` as the code of a used-up quota. */
const UNNAMED = new Map([[-constants.errno.EDQUOT, 'EDQUOT']]);

/** The `code` of a Node.js system error (`ENOENT`, …) or of an AppError; undefined if the thrown value has none. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const unnamed = 'errno' in thrown && typeof thrown.errno === 'number' ? UNNAMED.get(thrown.errno) : undefined;
  if (unnamed !== undefined) return unnamed;
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
