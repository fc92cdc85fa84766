import { invalidQueryParameter } from './errors.ts';
import type { Query } from './target.ts';

/** The form of the answer that the client asks for. */
export interface Presentation {
  readonly pretty: boolean;
  readonly envelope: boolean;
}

export const PLAIN: Presentation = { pretty: false, envelope: false };

/** Parses `pretty` and `envelope`. @throws ApiError `INVALID_QUERY_PARAMETER` */
export function presentationOf(query: Query): Presentation {
  return { pretty: queryFlag(query, 'pretty', false), envelope: queryFlag(query, 'envelope', false) };
}

/**
 * Parses `true` or `false` in any case, because Python clients write `True`. An absent parameter has the default.
 * @throws ApiError `INVALID_QUERY_PARAMETER`
 */
export function queryFlag(query: Query, name: string, fallback: boolean): boolean {
  const value = query.first(name)?.toLowerCase();
  if (value === undefined) return fallback;
  if (value !== 'true' && value !== 'false') throw invalidQueryParameter(name);
  return value === 'true';
}
