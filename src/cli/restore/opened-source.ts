import type { RestoreSource } from '../../pipelines/restore/index.ts';

/** What is restored, and what must be closed after that. */
export interface OpenedSource {
  readonly source: RestoreSource;
  readonly close: () => Promise<void>;
}
