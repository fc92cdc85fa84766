import { connectionLost } from './failures.ts';

/** The time for an answer. A service that is silent for longer is treated like a lost connection. */
const ANSWER_MS = 60_000;

/** The slowest upload that is waited for. 64 MiB may take eleven minutes. */
const SLOWEST_BYTES_PER_MS = 100;

/**
 * Calls with a signal that the caller's signal and the deadline of the request abort. Rejects at that moment even if the call goes
 * on, because the vendors' libraries do not pass the signal to every request that they make for credentials.
 * Timer and listener are removed with the end of the call, because a reading makes thousands of calls with one signal.
 * @param bytes the length of the body that the request sends.
 */
export async function withDeadline<T>(
  call: (signal: AbortSignal) => Promise<T>,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    controller.abort(reason);
    reject(reason);
  };
  const abort = (): void => end(signal?.reason);
  const silent = (): void => end(connectionLost('the service did not answer in time'));
  const timer = setTimeout(silent, ANSWER_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([call(controller.signal), promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
