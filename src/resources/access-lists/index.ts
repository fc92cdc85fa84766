import type { Caller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../metastore/index.ts';
import { createService } from './service.ts';
import { createUses } from './uses.ts';

export type { AccessListEntry, AccessListOwner } from './model.ts';
export { AddBody, decodeBlock, decodeBlocks, encodeBlock, entrySegment } from './wire.ts';
export { accessListFull, addressNotInAccessList } from './errors.ts';

/** The access lists of API keys and service accounts. The slices of the owners have the operations on them. */
export type AccessLists = ReturnType<typeof createService> & {
  /** Counts a request, for the HTTP server. */
  recordUse(caller: Caller, address: string | undefined): void;
  /** Writes what was counted. Call it after the server has ended. */
  close(): Promise<void>;
};

export function createAccessLists(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): AccessLists {
  const uses = createUses(deps);
  return {
    ...createService({ ...deps, uses }),
    recordUse: (caller, address) => uses.count(caller, address),
    close: () => uses.write(),
  };
}
