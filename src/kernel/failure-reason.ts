import { AppError, messageOf } from './errors.ts';
import { redactText } from './logger.ts';

/** The reason of a failure, for storing and showing. */
export interface FailureReason {
  readonly code: string;
  /** One or two sentences: what failed, and what to do. */
  readonly message: string;
}

/** Returns the reason in a thrown value. Removes the user and the password of every URI. */
export function failureReason(thrown: unknown): FailureReason {
  const { code, hint } = thrown instanceof AppError ? thrown : { code: 'UNEXPECTED_ERROR', hint: undefined };
  const sentences = [`${messageOf(thrown).replace(/\.$/, '')}.`, ...(hint === undefined ? [] : [hint])];
  return { code, message: redactText(sentences.join(' ')) };
}
