import { AppError } from '../../src/kernel/errors.ts';
import type { ObjectBody, ObjectInfo, ObjectStore } from '../../src/object-store/contract.ts';
import type { MemoryStore } from './memory-store.ts';

/**
 * When a call fails: before it reaches the store, while a body is read (other calls: before), or after the store did it (an
 * answer that was lost).
 */
export type FaultMoment = 'before' | 'during' | 'after';

/** A store that fails on demand, for tests of what stands on it. */
export interface FaultyStore extends ObjectStore {
  /** Calls made so far, by what they did. */
  readonly calls: readonly string[];
}

/**
 * @param failAt number of the call that fails, from 1; 0 for none. Every call counts, also one that is made again.
 */
export function faultyStore(store: ObjectStore, failAt: number, moment: FaultMoment = 'before'): FaultyStore {
  const calls: string[] = [];
  const fault = (description: string): AppError =>
    new AppError({ code: 'INJECTED_FAULT', message: `call ${failAt} (${description}) was made to fail` });

  async function counted<T>(description: string, call: () => Promise<T>): Promise<T> {
    calls.push(description);
    const fails = calls.length === failAt;
    if (fails && moment !== 'after') throw fault(description);
    const answer = call();
    if (!fails) return await answer;
    await answer.catch(() => undefined);
    throw fault(description);
  }

  async function* countedItems<T>(description: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    calls.push(description);
    const fails = calls.length === failAt;
    if (fails && moment !== 'after') throw fault(description);
    for await (const item of items) {
      yield item;
      if (fails) throw fault(description);
    }
  }

  return {
    calls,
    put: (key, body, options) => {
      const description = `put ${key}`;
      if (moment !== 'during' || calls.length + 1 !== failAt)
        return counted(description, () => store.put(key, body, options));
      calls.push(description);
      return store.put(key, firstPart(body, fault(description)), options);
    },
    get: (key, options) => counted(`get ${key}`, () => store.get(key, options)),
    read: (key, options) => countedItems(`read ${key}`, store.read(key, options)),
    head: (key, options) => counted<ObjectInfo | undefined>(`head ${key}`, () => store.head(key, options)),
    compare: (key, acknowledged, options) => counted(`compare ${key}`, () => store.compare(key, acknowledged, options)),
    list: (prefix, options) => countedItems(`list ${prefix}`, store.list(prefix, options)),
    delete: (key, options) => counted(`delete ${key}`, () => store.delete(key, options)),
  };
}

/** What a lying store does to an object that it has acknowledged. */
export const DAMAGES = ['loses', 'cuts', 'swaps'] as const;
export type Damage = (typeof DAMAGES)[number];

/** A store that acknowledges every put, and then damages the object of one of them. */
export interface LyingStore extends ObjectStore {
  /** Keys that were put, in the order of the acknowledgements. */
  readonly puts: readonly string[];
}

/** @param lieAt number of the put that is a lie, from 1; 0 for none. An empty object can only be lost. */
export function lyingStore(store: MemoryStore, lieAt: number, damage: Damage): LyingStore {
  const puts: string[] = [];
  return {
    ...store,
    puts,
    async put(key, body, options) {
      const acknowledged = await store.put(key, body, options);
      puts.push(key);
      if (puts.length === lieAt) await damageObject(store, key, damage);
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

/** The body's first part, if it has one, and then a failure. */
async function* firstPart(body: ObjectBody, failure: Error): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    yield part;
    break;
  }
  throw failure;
}
