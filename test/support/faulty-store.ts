import { AppError } from '../../src/kernel/errors.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import { interferedStore, type Moment } from './interfered-store.ts';

export type { Moment as FaultMoment } from './interfered-store.ts';

/** A store that fails on demand, for tests of code that uses stores. */
export interface FaultyStore extends ObjectStore {
  /** Calls made so far, by what they did. */
  readonly calls: readonly string[];
}

/**
 * @param failAt number of the call that fails, from 1; 0 for none. Every call counts, also one that is made again.
 */
export function faultyStore(store: ObjectStore, failAt: number, moment: Moment = 'before'): FaultyStore {
  const calls: string[] = [];
  const interfered = interferedStore(store, (call) => {
    if (calls.push(call) !== failAt) return undefined;
    const fault = new AppError({ code: 'INJECTED_FAULT', message: `call ${failAt} (${call}) was made to fail` });
    return { moment, act: () => Promise.reject(fault) };
  });
  return { ...interfered, calls };
}

/** The damage that a lying store does to an object that it has acknowledged. */
export const DAMAGES = ['loses', 'cuts', 'swaps'] as const;
export type Damage = (typeof DAMAGES)[number];

/** A store that acknowledges every put, and then damages the object of one of them. */
export interface LyingStore extends ObjectStore {
  /** Keys that were put, in the order of the acknowledgements. */
  readonly puts: readonly string[];
}

/** @param lieAt number of the acknowledged put that is a lie, from 1; 0 for none. An empty object can only be lost. */
export function lyingStore(store: ObjectStore, lieAt: number, damage: Damage): LyingStore {
  const puts: string[] = [];
  return {
    ...interferedStore(store, () => undefined),
    puts,
    async put(key, body, options) {
      const acknowledged = await store.put(key, body, options);
      if (puts.push(key) === lieAt) await damageObject(store, key, damage);
      return acknowledged;
    },
  };
}

/** Loses an object, cuts off its last byte, or changes one bit of it. */
export async function damageObject(store: ObjectStore, key: string, damage: Damage): Promise<void> {
  const body = await store.get(key);
  if (damage === 'loses') await store.delete(key);
  else if (damage === 'cuts') await store.put(key, [body.subarray(0, -1)]);
  else await store.put(key, [body.map((byte, at) => (at === body.byteLength >> 1 ? byte ^ 1 : byte))]);
}
