import type { ApiError } from './api-error.ts';

/** An error that takes the place of an operation's answer. */
export interface Refusal {
  readonly error: ApiError;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Runs before an admitted request is handled. It may delay the request, or refuse it.
 * @param path the path of the request, without its first `/`.
 */
export type Interfere = (operationId: string, path: string) => Promise<Refusal | undefined>;
