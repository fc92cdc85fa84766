import { invalidQueryParameter } from './errors.ts';
import type { Query } from './target.ts';

/** How the client wants its answer printed. */
export interface Presentation {
  readonly pretty: boolean;
  readonly envelope: boolean;
}

export const PLAIN: Presentation = { pretty: false, envelope: false };

/** @throws ApiError `INVALID_QUERY_PARAMETER` */
export function presentationOf(query: Query): Presentation {
  return { pretty: queryFlag(query, 'pretty', false), envelope: queryFlag(query, 'envelope', false) };
}

/**
 * `true` or `false` in any case (Python clients write `True`); absent is the default.
 * @throws ApiError `INVALID_QUERY_PARAMETER`
 */
export function queryFlag(query: Query, name: string, fallback: boolean): boolean {
  const value = query.first(name)?.toLowerCase();
  if (value === undefined) return fallback;
  if (value !== 'true' && value !== 'false') throw invalidQueryParameter(name);
  return value === 'true';
}
