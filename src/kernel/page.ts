/** Which part of a list is wanted. */
export interface PageRequest {
  /** Rows before the page. */
  readonly offset: number;
  /** Rows on the page, at the most. */
  readonly itemsPerPage: number;
}

/** One part of a list. */
export interface Page<Result> {
  readonly results: readonly Result[];
  /** Of the whole list. */
  readonly totalCount: number;
}

/** The same page with each of its results changed. */
export function mapPage<From, To>(page: Page<From>, change: (result: From) => To): Page<To> {
  return { results: page.results.map(change), totalCount: page.totalCount };
}
