import type { JsonObject } from '../kernel/json.ts';
import type { Page } from '../kernel/page.ts';
import { invalidQueryParameter } from './errors.ts';
import type { ApiReply, ApiRequest, PageQuery } from './operation.ts';
import { queryFlag } from './query-flags.ts';
import type { Query } from './target.ts';

export const DEFAULT_ITEMS_PER_PAGE = 100;
export const MAX_ITEMS_PER_PAGE = 500;
/** A larger page number could make the offset an unsafe integer. */
export const MAX_PAGE_NUM = 1_000_000_000;

/** Parses pageNum, itemsPerPage and includeCount. @throws ApiError `INVALID_QUERY_PARAMETER` */
export function parsePage(query: Query): PageQuery {
  const pageNum = positive(query, 'pageNum', 1, MAX_PAGE_NUM);
  const itemsPerPage = positive(query, 'itemsPerPage', DEFAULT_ITEMS_PER_PAGE, MAX_ITEMS_PER_PAGE);
  const includeCount = queryFlag(query, 'includeCount', true);
  return { pageNum, itemsPerPage, includeCount, offset: (pageNum - 1) * itemsPerPage };
}

function positive(query: Query, name: string, fallback: number, max: number): number {
  const text = query.first(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value < 1 || value > max) throw invalidQueryParameter(name);
  return value;
}

/** Answers a request with the list document of its page. */
export function listReply(request: ApiRequest<unknown>, { results, totalCount }: Page<JsonObject>): ApiReply {
  const asked = request.page();
  const body: JsonObject = {
    links: pageLinks(request.url, asked, totalCount),
    results,
    ...(asked.includeCount ? { totalCount } : {}),
  };
  return { status: 200, body };
}

// Atlas writes pageNum before itemsPerPage in `self`, and after itemsPerPage in the other links.
function pageLinks(url: ApiRequest['url'], page: PageQuery, totalCount: number): readonly JsonObject[] {
  const { pageNum, itemsPerPage } = page;
  const others = url.query.rawWithout(['pageNum', 'itemsPerPage']);
  const href = (...own: readonly string[]): string => `${url.path}?${[...others, ...own].join('&')}`;
  const size = `itemsPerPage=${itemsPerPage}`;
  const other = (rel: string, number: number): JsonObject => ({ href: href(size, `pageNum=${number}`), rel });
  return [
    { href: href(`pageNum=${pageNum}`, size), rel: 'self' },
    ...(pageNum > 1 ? [other('previous', pageNum - 1)] : []),
    ...(pageNum * itemsPerPage < totalCount ? [other('next', pageNum + 1)] : []),
  ];
}
