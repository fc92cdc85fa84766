import type { CollectionExport } from './collection-export.ts';
import type { ExportObject, ExportOptions } from './contract.ts';
import type { Acknowledged } from './object-queue.ts';

/** The facts of an object before it is written. */
export type ExpectedObject = Omit<ExportObject, 'bytes' | 'sha256'>;

/**
 * The objects of an export in the order of the plan, which is also the order of the manifest. This attempt or an
 * earlier one wrote them.
 */
export class ObjectList {
  readonly #recorded: ReadonlyMap<string, ExportObject>;
  readonly #onObject: ExportOptions['onObject'];
  /** A place is empty until its object is written. */
  readonly #places: { object?: ExportObject }[] = [];

  constructor({ finished, onObject }: Pick<ExportOptions, 'finished' | 'onObject'>) {
    this.#recorded = new Map(finished.map((object) => [object.key, object]));
    this.#onObject = onObject;
  }

  /** The objects that the store has acknowledged. */
  get objects(): readonly ExportObject[] {
    return this.#places.flatMap(({ object }) => object ?? []);
  }

  /** The object that an earlier attempt wrote under the key. */
  recorded(key: string): ExportObject | undefined {
    return this.#recorded.get(key);
  }

  /** Adds an object of an earlier attempt, which is not written again. */
  keep(object: ExportObject): void {
    this.#places.push({ object });
  }

  /** Gives an object its place. @returns a function to call when the store has acknowledged the object. */
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
