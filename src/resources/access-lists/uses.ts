import type { Caller } from '../../http/index.ts';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { blockText, containsAddress, type AddressBlock } from '../../kernel/ip-address.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../metastore/index.ts';
import type { AccessListOwner } from './model.ts';
import * as table from './table.ts';

/** Uses are written at most this often, because a request must not wait for the disk to be counted. */
const WRITE_INTERVAL_MS = 60_000;

interface Uses {
  readonly owner: AccessListOwner;
  readonly block: AddressBlock;
  count: number;
  at: number;
  address: string;
}

/**
 * Counts the requests that come from the addresses of access lists. The counts are in memory until they are written, and a process
 * that is killed loses those of its last minute.
 */
export interface AccessListUses {
  count(caller: Caller, address: string | undefined): void;
  /** Writes what was counted. */
  write(): Promise<void>;
}

export function createUses(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}): AccessListUses {
  const { database, clock, logger } = deps;
  const sinceWriting = steadyClock(clock);
  let counted = new Map<string, Uses>();
  let writtenAt = sinceWriting.now();

  async function write(): Promise<void> {
    const written = counted;
    counted = new Map();
    writtenAt = sinceWriting.now();
    if (written.size === 0) return;
    await database.transaction().execute(async (transaction) => {
      for (const uses of written.values()) await table.addUses(transaction, uses.owner, uses.block, uses);
    });
  }

  return {
    write,
    count(caller, address) {
      if (address === undefined) return;
      const at = clock.now();
      for (const block of caller.accessList.filter((block) => containsAddress([block], address))) {
        const key = `${caller.id} ${blockText(block)}`;
        const uses = counted.get(key) ?? { owner: caller, block, count: 0, at, address };
        counted.set(key, Object.assign(uses, { count: uses.count + 1, at, address }));
      }
      if (counted.size === 0 || sinceWriting.now() - writtenAt < WRITE_INTERVAL_MS) return;
      write().catch((error: unknown) => logger.warn('uses of access lists are lost', { reason: messageOf(error) }));
    },
  };
}
