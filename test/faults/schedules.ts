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

/** The random schedules of some seeds. */
export function randomSchedules(reference: Reference, seeds: readonly number[]): readonly Schedule[] {
  return seeds.map((seed) => ({ name: `seed ${seed}`, faults: randomFaults(new Random(seed), reference.calls) }));
}

/** Every fault at every call of some places, alone. */
export function singleFaults(reference: Reference, places: readonly Place[]): readonly Schedule[] {
  return places.flatMap((place) =>
    KINDS.filter((kind) => isPossible({ place, kind })).flatMap((kind) =>
      Array.from({ length: reference.calls[place] }, (_, index) => ({
        name: `${place}, call ${index + 1} ${kind}`,
        faults: [{ place, call: index + 1, kind }],
      })),
    ),
  );
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
