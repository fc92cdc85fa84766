import { AppError } from '../../src/kernel/errors.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';

/** The store as a role with Atlas's permissions sees it, which may put objects and nothing else. */
export function writeOnlyStore(store: ObjectStore): ObjectStore {
  const refusal = (call: string): AppError =>
    new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: `the role may not ${call}` });
  const refused = (call: string) => () => Promise.reject(refusal(call));
  const refusedItems = (call: string) =>
    async function* (): AsyncGenerator<never> {
      await Promise.resolve();
      throw refusal(call);
    };
  return {
    put: (key, body, options) => store.put(key, body, options),
    get: refused('get'),
    read: refusedItems('read'),
    head: refused('head'),
    compare: refused('compare'),
    list: refusedItems('list'),
    delete: refused('delete'),
  };
}
