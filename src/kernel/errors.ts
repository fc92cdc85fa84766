/** What every error of ours carries: what failed, on what, why, and what to do about it. */
export interface ErrorFacts {
  /** Stable, SCREAMING_SNAKE_CASE. */
  readonly code: string;
  /** One sentence: what failed, on what and why. */
  readonly message: string;
  /** What the reader can do. */
  readonly hint?: string;
  /** Whether trying the same again later may succeed (a busy disk) or cannot (a refused key). */
  readonly transient?: boolean;
  readonly cause?: unknown;
}

/** An error that the program expects and can explain. Anything else that is thrown is a defect. */
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

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a Node.js system error (`ENOENT`, …) or of an AppError, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
