import { AppError } from '../../src/kernel/errors.ts';
import type { Random } from '../support/random.ts';
import type { Interference } from '../support/interfered-store.ts';

/** The parts that the server calls. Each call can fail. */
export const PLACES = ['bucket', 'repository', 'source', 'databaseWrite', 'databaseRead'] as const;
export type Place = (typeof PLACES)[number];

/**
 * - `fails`: the call is not made, and the error is one that may pass.
 * - `breaks`: the same with an error that does not pass.
 * - `isCut`: the error comes in the middle.
 * - `losesAnswer`: the call is made, and an error that may pass comes instead of the answer.
 * - `stalls`: nothing comes until the caller gives the call up.
 * - `lies`: a put is acknowledged, and then the object is lost, cut or changed.
 * - `kills`, `killsAfter`: the process gets kill -9 before or after the call.
 */
export const KINDS = ['fails', 'breaks', 'isCut', 'losesAnswer', 'stalls', 'lies', 'kills', 'killsAfter'] as const;
export type Kind = (typeof KINDS)[number];

/** One fault, which happens once. */
export interface Fault {
  readonly place: Place;
  /** The number of the call of the place, from 1, since the start of the process. */
  readonly call: number;
  readonly kind: Kind;
}

/** Whether a fault of that kind can happen at a place: only stores have puts, and a database has no signal to give a call up. */
export function isPossible({ place, kind }: Pick<Fault, 'place' | 'kind'>): boolean {
  if (kind === 'lies') return place === 'bucket' || place === 'repository';
  if (kind === 'stalls' || kind === 'isCut') return place !== 'databaseWrite' && place !== 'databaseRead';
  return true;
}

/** Chooses one to four faults. @param calls the calls of each place when nothing goes wrong. */
export function randomFaults(random: Random, calls: Readonly<Record<Place, readonly string[]>>): readonly Fault[] {
  const faults: Fault[] = [];
  const wanted = 1 + random.below(4);
  while (faults.length < wanted) {
    const place = random.pick(PLACES);
    const fault: Fault = { place, call: 1 + random.below(calls[place].length), kind: random.pick(KINDS) };
    if (isPossible(fault)) faults.push(fault);
  }
  return faults;
}

export interface FaultPlanOptions {
  readonly faults: readonly Fault[];
  /** Called before a fault happens, with those that are left. */
  readonly onFault?: (left: readonly Fault[]) => void;
  /** Called when a call stalls. The caller of the plan must then end it. */
  readonly onStall?: () => void;
}

/** Counts the calls of one process, and gives each fault to its call. */
export class FaultPlan {
  /** What was called, of each place in the order of the calls. */
  readonly calls: Record<Place, string[]> = {
    bucket: [],
    repository: [],
    source: [],
    databaseWrite: [],
    databaseRead: [],
  };
  readonly #options: FaultPlanOptions;
  #left: readonly Fault[];

  constructor(options: FaultPlanOptions) {
    this.#options = options;
    this.#left = options.faults;
  }

  get left(): readonly Fault[] {
    return this.#left;
  }

  /** The interference with the next call of a place. @param lie does what a lie does; absent where the call acknowledges nothing. */
  interfere(place: Place, call: string, lie?: () => Promise<void>): Interference | undefined {
    const fault = this.take(place, call);
    switch (fault?.kind) {
      case undefined:
        return undefined;
      case 'fails':
      case 'breaks':
        return { moment: 'before', act: () => Promise.reject(fault.error) };
      case 'isCut':
        return { moment: 'during', act: () => Promise.reject(fault.error) };
      case 'losesAnswer':
        return { moment: 'after', act: () => Promise.reject(fault.error) };
      case 'stalls':
        return { moment: 'before', act: (signal) => this.#stall(signal) };
      case 'lies':
        return lie && { moment: 'after', act: lie };
      case 'kills':
        return { moment: 'before', act: killThisProcess };
      case 'killsAfter':
        return { moment: 'after', act: killThisProcess };
    }
  }

  /** The fault of the next call of a place, if there is one, and the error of a call that fails. */
  take(place: Place, call: string): { readonly kind: Kind; readonly error: AppError } | undefined {
    const number = this.calls[place].push(call);
    const fault = this.#left.find((one) => one.place === place && one.call === number);
    if (fault === undefined) return undefined;
    this.#left = this.#left.filter((one) => one !== fault);
    this.#options.onFault?.(this.#left);
    const message = `${call} (${place}, call ${number}) ${fault.kind}`;
    return {
      kind: fault.kind,
      error: new AppError({ code: 'INJECTED_FAULT', message, transient: fault.kind !== 'breaks' }),
    };
  }

  #stall(signal: AbortSignal | undefined): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    const give = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) give();
    else signal?.addEventListener('abort', give, { once: true });
    this.#options.onStall?.();
    return promise;
  }
}

/** Never returns. */
export function killThisProcess(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return Promise.withResolvers<never>().promise;
}
