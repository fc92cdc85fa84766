import { Random } from '../support/random.ts';
import { isPossible, KINDS, randomFaults, type Fault, type Place } from './fault-plan.ts';
import { simulate, SOURCES, type Reference, type SourceKind, type Template } from './simulation.ts';

/** Faults that one simulation has, and how a person names them. */
export interface Schedule {
  readonly name: string;
  readonly faults: readonly Fault[];
}

/** The seeds from `first` on whose schedules have that source: the sources take turns. */
export function seedsOf(kind: SourceKind, first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index).filter(
    (seed) => SOURCES[seed % SOURCES.length] === kind,
  );
}

/** The number of calls of each place. */
export function callCounts({ calls }: Reference): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(calls).map(([place, { length }]) => [place, length]));
}

/** The random schedules of some seeds. */
export function randomSchedules(reference: Reference, seeds: readonly number[]): readonly Schedule[] {
  return seeds.map((seed) => ({ name: `seed ${seed}`, faults: randomFaults(new Random(seed), reference.calls) }));
}

/** So many first calls that are described alike, and the last one, have every fault. The others come at the same moments of the same jobs. */
const CALLS_ALIKE = 3;

/** A process that is killed after a call leaves what it leaves when it is killed before the next call, which has that fault. */
const SINGLE_KINDS = KINDS.filter((kind) => kind !== 'killsAfter');

/** Every fault at the calls of some places, alone. */
export function singleFaults(reference: Reference, places: readonly Place[]): readonly Schedule[] {
  return places.flatMap((place) =>
    SINGLE_KINDS.filter((kind) => isPossible({ place, kind })).flatMap((kind) =>
      distinctCalls(reference.calls[place]).map((call) => ({
        name: `${place}, call ${call} ${kind}`,
        faults: [{ place, call, kind }],
      })),
    ),
  );
}

/** The numbers of the calls, from 1, without those in the middle of many that are alike. */
function distinctCalls(calls: readonly string[]): readonly number[] {
  return [...Map.groupBy(calls.keys(), (index) => calls[index]).values()]
    .flatMap((alike) => [...alike.slice(0, CALLS_ALIKE), ...alike.slice(CALLS_ALIKE).slice(-1)])
    .map((index) => index + 1)
    .toSorted((a, b) => a - b);
}

/** Runs schedules, some at once. @param onEnd is called with the error of a schedule that went wrong. */
export async function runSchedules(
  template: Template,
  reference: Reference,
  schedules: readonly Schedule[],
  onEnd: (schedule: Schedule, error: unknown) => void,
): Promise<void> {
  const left = schedules.values();
  const run = async (): Promise<void> => {
    for (const schedule of left) {
      const error: unknown = await simulate(template, reference, schedule.faults).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      onEnd(schedule, error);
    }
  };
  await Promise.all(Array.from({ length: 2 }, run));
}
