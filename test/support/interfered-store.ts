import type { ObjectBody, ObjectStore } from '../../src/object-store/contract.ts';

/**
 * When a call is interfered with: before it reaches the store, in the middle (of a body, of what is read or listed; other calls:
 * before), or after the store did it.
 */
export type Moment = 'before' | 'during' | 'after';

/** The interference with a call. `act` may fail, wait, damage what the store holds, or end the process. */
export interface Interference {
  readonly moment: Moment;
  act(signal: AbortSignal | undefined): Promise<void>;
}

/** Asked at the beginning of each call. @param call such as `put a/b`; a call that is made again counts again. */
export type Interfere = (call: string) => Interference | undefined;

/** A store whose calls are interfered with. */
export function interferedStore(store: ObjectStore, interfere: Interfere): ObjectStore {
  return {
    id: store.id,
    put(key, body, options) {
      const interference = interfere(`put ${key}`);
      if (interference?.moment !== 'during') {
        return interferedCall(interference, options?.signal, () => store.put(key, body, options));
      }
      return store.put(key, interferedBody(body, interference, options?.signal), options);
    },
    get: (key, options) => interferedCall(interfere(`get ${key}`), options?.signal, () => store.get(key, options)),
    read: (key, options) => interferedItems(interfere(`read ${key}`), options?.signal, store.read(key, options)),
    head: (key, options) => interferedCall(interfere(`head ${key}`), options?.signal, () => store.head(key, options)),
    compare: (key, acknowledged, options) =>
      interferedCall(interfere(`compare ${key}`), options?.signal, () => store.compare(key, acknowledged, options)),
    list: (prefix, options) =>
      interferedItems(interfere(`list ${prefix}`), options?.signal, store.list(prefix, options)),
    delete: (key, options) =>
      interferedCall(interfere(`delete ${key}`), options?.signal, () => store.delete(key, options)),
  };
}

/** Makes a call, which the interference may prevent, or whose answer it may withhold. */
export async function interferedCall<T>(
  interference: Interference | undefined,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  if (interference === undefined) return await call();
  if (interference.moment !== 'after') {
    await interference.act(signal);
    return await call();
  }
  const answer = call();
  await answer.catch(() => undefined);
  await interference.act(signal);
  return await answer;
}

/** Yields the items; `during` comes after the first of them, if there is one. */
export async function* interferedItems<T>(
  interference: Interference | undefined,
  signal: AbortSignal | undefined,
  items: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T> {
  if (interference?.moment === 'before') await interference.act(signal);
  let isFirst = true;
  for await (const item of items) {
    yield item;
    if (isFirst && interference?.moment === 'during') await interference.act(signal);
    isFirst = false;
  }
  if (interference?.moment === 'after') await interference.act(signal);
}

/** A body is interfered with after its first part, or at its end if it has none. */
async function* interferedBody(
  body: ObjectBody,
  interference: Interference,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let parts = 0;
  for await (const part of body) {
    yield part;
    if (parts++ === 0) await interference.act(signal);
  }
  if (parts === 0) await interference.act(signal);
}
