import { setTimeout as sleep } from 'node:timers/promises';
import {
  RATE_LIMIT_INTERVAL_SECONDS,
  rateLimited,
  unexpectedError,
  type Interfere,
  type Refusal,
} from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';

/** A fault that was asked for and has not happened yet, or not as often as it shall. */
export type Fault = FaultOfOperation | FaultOfExport;

export type FaultOfOperation = { readonly operationId: string; readonly times: number } & (
  | { readonly status: 429; readonly retryAfterSeconds: number }
  | { readonly status: 500 }
  | { readonly delaySeconds: number }
);

export interface FaultOfExport {
  /** The number of the object that cannot be written, from 1. */
  readonly exportFailsAtObject: number;
  readonly times: number;
}

/** The faults that a tester asked for, in the order in which they happen. They end with the process. */
export interface Faults {
  list(): readonly Fault[];
  add(fault: Fault): void;
  clear(): void;
  readonly interfere: Interfere;
  /** Returns the bucket of one export, which may have the next fault of an export. */
  bucketOfExport(store: ObjectStore): ObjectStore;
}

/** @param closing ends all delays, so that the server can stop. */
export function createFaults(closing: AbortSignal): Faults {
  let waiting: Fault[] = [];

  /** Takes one occurrence of the first fault that fits. */
  function take<Wanted extends Fault>(fits: (fault: Fault) => fault is Wanted): Wanted | undefined {
    const found = waiting.find(fits);
    waiting = waiting.flatMap((fault) => {
      if (fault !== found) return [fault];
      return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    });
    return found;
  }

  return {
    list: () => waiting,
    add: (fault) => {
      waiting.push(fault);
    },
    clear: () => {
      waiting = [];
    },
    interfere: async (operationId, path) => {
      const fault = take((each): each is FaultOfOperation => 'operationId' in each && each.operationId === operationId);
      if (fault === undefined) return undefined;
      if ('status' in fault) return refusalOf(fault, path);
      await sleep(fault.delaySeconds * 1000, undefined, { signal: closing }).catch(() => undefined);
      return undefined;
    },
    bucketOfExport: (store) => {
      const fault = take((each): each is FaultOfExport => 'exportFailsAtObject' in each);
      return fault === undefined ? store : failingStore(store, fault.exportFailsAtObject);
    },
  };
}

/** The rate limit that a refused request is told of. */
const TOLD_LIMIT = { capacity: 1, refill: 1 };

function refusalOf(fault: Extract<FaultOfOperation, { readonly status: number }>, path: string): Refusal {
  if (fault.status === 500) return { error: unexpectedError(), headers: {} };
  const { retryAfterSeconds } = fault;
  const { capacity, refill } = TOLD_LIMIT;
  return {
    error: rateLimited(path, retryAfterSeconds, capacity, refill, RATE_LIMIT_INTERVAL_SECONDS),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

/** The error is not transient, because a tester wants to see the job fail and not be tried again. */
function failingStore(store: ObjectStore, failAt: number): ObjectStore {
  let puts = 0;
  return {
    id: store.id,
    put: async (key, body, options) => {
      puts += 1;
      if (puts < failAt) return await store.put(key, body, options);
      throw new AppError({
        code: 'STAND_IN_FAULT',
        message: `the object ${key} was not written, because a fault was asked for at object ${failAt}`,
      });
    },
    get: (key, options) => store.get(key, options),
    read: (key, options) => store.read(key, options),
    head: (key, options) => store.head(key, options),
    compare: (key, acknowledged, options) => store.compare(key, acknowledged, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key, options) => store.delete(key, options),
  };
}
