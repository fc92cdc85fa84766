/**
 * Calls `run` for the items, at most `limit` at the same time. After the first failure the others are aborted and awaited, because
 * nothing may go on when the promise rejects.
 * @throws the first failure.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  signal: AbortSignal,
  run: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && !either.aborted; next = rest.next()) {
      try {
        await run(next.value, either);
      } catch (thrown) {
        failed.abort(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  either.throwIfAborted();
}
