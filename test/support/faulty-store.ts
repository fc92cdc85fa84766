import { AppError } from '../../src/kernel/errors.ts';
import type { ObjectBody, ObjectInfo, ObjectStore } from '../../src/object-store/contract.ts';

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
    const result = await call();
    if (fails) throw fault(description);
    return result;
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
    get: (key) => counted(`get ${key}`, () => store.get(key)),
    read: (key) => countedItems(`read ${key}`, store.read(key)),
    head: (key) => counted<ObjectInfo | undefined>(`head ${key}`, () => store.head(key)),
    list: (prefix) => countedItems(`list ${prefix}`, store.list(prefix)),
    delete: (key) => counted(`delete ${key}`, () => store.delete(key)),
  };
}

/** The body's first part, if it has one, and then a failure. */
async function* firstPart(body: ObjectBody, failure: Error): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    yield part;
    break;
  }
  throw failure;
}
