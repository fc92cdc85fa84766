import type { CollectionExport } from './collection-export.ts';
import type { ExportObject, ExportOptions } from './contract.ts';
import type { Acknowledged } from './object-queue.ts';

/** What is known of an object before it is written. */
export type ExpectedObject = Omit<ExportObject, 'bytes' | 'sha256'>;

/** The objects of an export in the order of the plan, which is the manifest's: an earlier attempt wrote them, or this one does. */
export class ObjectList {
  readonly #recorded: ReadonlyMap<string, ExportObject>;
  readonly #onObject: ExportOptions['onObject'];
  /** A place is empty while its object is on its way. */
  readonly #places: { object?: ExportObject }[] = [];

  constructor({ finished, onObject }: Pick<ExportOptions, 'finished' | 'onObject'>) {
    this.#recorded = new Map(finished.map((object) => [object.key, object]));
    this.#onObject = onObject;
  }

  /** Those that the store has. */
  get objects(): readonly ExportObject[] {
    return this.#places.flatMap(({ object }) => object ?? []);
  }

  /** What an earlier attempt wrote under the key. */
  recorded(key: string): ExportObject | undefined {
    return this.#recorded.get(key);
  }

  /** Takes an object of an earlier attempt, instead of writing it. */
  keep(object: ExportObject): void {
    this.#places.push({ object });
  }

  /** Gives an object its place. @returns to be called when the store has it. */
  expect(expected: ExpectedObject, collection: CollectionExport): Acknowledged {
    const place: { object?: ExportObject } = {};
    this.#places.push(place);
    const arrived = collection.beginObject();
    return async ({ bytes, sha256 }) => {
      const { key, documents, firstBlock, blocks } = expected;
      const object: ExportObject = { key, bytes, sha256, documents, firstBlock, blocks };
      await this.#onObject?.(object);
      place.object = object;
      arrived();
    };
  }
}
