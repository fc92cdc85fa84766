import { AppError, messageOf } from '../kernel/errors.ts';
import { redactText } from '../kernel/logger.ts';

/** Why a job has failed, to be kept and shown. */
export interface FailureReason {
  readonly code: string;
  /** One or two sentences: what failed, and what can be done. */
  readonly message: string;
}

/** The reason in whatever was thrown, without the user and password of any URI. */
export function failureReason(thrown: unknown): FailureReason {
  const { code, hint } = thrown instanceof AppError ? thrown : { code: 'UNEXPECTED_ERROR', hint: undefined };
  const sentences = [`${messageOf(thrown).replace(/\.$/, '')}.`, ...(hint === undefined ? [] : [hint])];
  return { code, message: redactText(sentences.join(' ')) };
}
