import { connectionLost } from './failures.ts';

/** The time for an answer. A service that is silent for longer is treated like a lost connection. */
const ANSWER_MS = 60_000;

/** The slowest upload that is waited for. 64 MiB may take eleven minutes. */
const SLOWEST_BYTES_PER_MS = 100;

/**
 * Calls with a signal that the caller's signal and the deadline of the request abort. Rejects at that moment even if the call goes
 * on, because the vendors' libraries do not pass the signal to every request that they make for credentials.
 * @param bytes the length of the body that the request sends.
 */
export async function withDeadline<T>(
  call: (signal: AbortSignal) => Promise<T>,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const deadline = AbortSignal.timeout(ANSWER_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS));
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void =>
    reject(deadline.aborted ? connectionLost('the service did not answer in time') : ended.reason);
  ended.addEventListener('abort', abort, { once: true });
  try {
    ended.throwIfAborted();
    return await Promise.race([call(ended), promise]);
  } finally {
    ended.removeEventListener('abort', abort);
  }
}
