import { isJsonObject } from '../../kernel/json.ts';
import type { CollectionInfo } from '../../snapshot/contract.ts';

/** The keys of a view's definition whose value names a collection: `$lookup` and `$graphLookup` have `from`, `$unionWith` has `coll`. */
const NAMING_KEYS = new Set(['viewOn', 'from', 'coll', '$unionWith']);

/** Sorts views so that each comes after those that it reads. Views that read each other keep their order, and the target refuses them. */
export function inOrderOfDependence<View extends { readonly info: CollectionInfo }>(
  views: readonly View[],
): readonly View[] {
  const waiting = new Map(views.map((view) => [keyOf(view.info), view]));
  const sorted: View[] = [];
  const take = (view: View): void => {
    if (!waiting.delete(keyOf(view.info))) return;
    for (const name of namesIn(JSON.parse(view.info.options))) {
      const other = waiting.get(keyOf({ database: view.info.database, name }));
      if (other !== undefined) take(other);
    }
    sorted.push(view);
  };
  for (const view of views) take(view);
  return sorted;
}

function keyOf({ database, name }: Pick<CollectionInfo, 'database' | 'name'>): string {
  return JSON.stringify([database, name]);
}

function* namesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* namesIn(item);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'string' && NAMING_KEYS.has(key)) yield member;
      else yield* namesIn(member);
    }
  }
}
