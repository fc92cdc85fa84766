/** The requested part of a list. */
export interface PageRequest {
  /** The number of rows before the page. */
  readonly offset: number;
  /** The largest number of rows on the page. */
  readonly itemsPerPage: number;
}

/** A page of a list. */
export interface Page<Result> {
  readonly results: readonly Result[];
  /** The number of rows in the whole list. */
  readonly totalCount: number;
}

/** Returns the requested page of a whole list. */
export function pageOfAll<Result>(all: readonly Result[], { offset, itemsPerPage }: PageRequest): Page<Result> {
  return { results: all.slice(offset, offset + itemsPerPage), totalCount: all.length };
}

/** Maps the results of a page. */
export function mapPage<From, To>(page: Page<From>, change: (result: From) => To): Page<To> {
  return { results: page.results.map(change), totalCount: page.totalCount };
}
