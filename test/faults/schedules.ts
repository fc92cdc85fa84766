import { Random } from '../support/random.ts';
import { isPossible, KINDS, PLACES, randomFaults, type Fault } from './fault-plan.ts';
import { simulate, type Reference, type Template } from './simulation.ts';

/** Faults that one simulation has, and how a person names them. */
export interface Schedule {
  readonly name: string;
  readonly faults: readonly Fault[];
}

/** The random schedules of the seeds from `first` on. */
export function randomSchedules(reference: Reference, first: number, count: number): readonly Schedule[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = first + index;
    return { name: `seed ${seed}`, faults: randomFaults(new Random(seed), reference.calls) };
  });
}

/** Every fault at every call, alone. Reads of the database are left to the random schedules, because the worker polls. */
export function singleFaults(reference: Reference): readonly Schedule[] {
  const places = PLACES.filter((place) => place !== 'databaseRead');
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
