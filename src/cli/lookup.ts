import { AppError } from '../kernel/errors.ts';

/** The number of candidates that an error names. */
const MAX_NAMED = 10;

/** The words for the things that are looked up. */
export interface Kind<Item> {
  /** Such as `snapshot`. */
  readonly noun: string;
  /** Where they are, such as `of Cluster0` or `of the project`. */
  readonly place: string;
  idOf(item: Item): string;
  namesOf(item: Item): readonly string[];
  /** What the word `latest` means; absent: it has no meaning. */
  readonly latest?: (items: readonly Item[]) => Item | undefined;
  /** What `latest` is one of, such as `completed snapshot`; absent: the noun. */
  readonly latestNoun?: string;
  /** The command that makes one; absent: the noun. */
  readonly maker?: string;
}

/**
 * Finds the one thing that the user means: by its id, its name, `latest`, or a unique beginning of its id.
 * @throws AppError `NO_SUCH_THING`, `AMBIGUOUS_NAME`
 */
export function choose<Item>(items: readonly Item[], wanted: string, kind: Kind<Item>): Item {
  const exact = items.find((item) => kind.idOf(item) === wanted);
  if (exact !== undefined) return exact;
  const named = items.filter((item) => kind.namesOf(item).includes(wanted));
  if (named.length > 0) return theOnly(named, wanted, kind);
  if (wanted === 'latest' && kind.latest !== undefined) {
    const newest = kind.latest(items);
    if (newest === undefined) throw nothing(items, 'latest', kind);
    return newest;
  }
  const beginning = /^[0-9a-f]+$/.test(wanted) ? items.filter((item) => kind.idOf(item).startsWith(wanted)) : [];
  if (beginning.length === 0) throw nothing(items, wanted, kind);
  return theOnly(beginning, wanted, kind);
}

function theOnly<Item>(found: readonly Item[], wanted: string, kind: Kind<Item>): Item {
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new AppError({
    code: 'AMBIGUOUS_NAME',
    message: `${JSON.stringify(wanted)} may be one of ${found.length} ${kind.noun}s ${kind.place}: ${listed(found, kind)}`,
    hint: 'Give the id, or more digits of its beginning.',
  });
}

function nothing<Item>(items: readonly Item[], wanted: string, kind: Kind<Item>): AppError {
  const { noun, place, latestNoun = noun, maker = noun } = kind;
  const isLatest = wanted === 'latest' && kind.latest !== undefined;
  const there = items.length === 0 ? `There is no ${noun} ${place} at all.` : `There are: ${listed(items, kind)}.`;
  return new AppError({
    code: 'NO_SUCH_THING',
    message: `there is no ${isLatest ? `${latestNoun} ${place} yet` : `${noun} ${JSON.stringify(wanted)} ${place}`}`,
    hint: isLatest ? `Make one, or wait for one: \`longshore ${maker} --help\` says how.` : there,
  });
}

function listed<Item>(items: readonly Item[], kind: Kind<Item>): string {
  const shown = items.slice(0, MAX_NAMED).map((item) => [...kind.namesOf(item).slice(0, 1), kind.idOf(item)].join(' '));
  const rest = items.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}
