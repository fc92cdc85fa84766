import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import type { ObjectComparison, ObjectStore, WrittenObject } from '../../object-store/contract.ts';
import { isForbidden } from '../../object-store/errors.ts';
import { mapOrdered } from '../threads/index.ts';
import { PERMISSION_CHECK_KEY } from './keys.ts';

/**
 * The number of parallel requests. A service answers in tens of milliseconds, and an export may have thousands of
 * objects.
 */
const COMPARISONS_AT_ONCE = 16;

const EMPTY: WrittenObject = { bytes: 0, sha256: createHash('sha256').digest('hex') };

/** An object that a store acknowledged. */
type AcknowledgedObject = WrittenObject & { readonly key: string };

/** Compares objects with what the store acknowledged. A role that may only write is trusted without a check. */
export class ObjectCheck {
  /** False for a role that may only write. No object is compared then. */
  readonly mayRead: boolean;
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;

  private constructor(store: ObjectStore, signal: AbortSignal, mayRead: boolean) {
    this.#store = store;
    this.#signal = signal;
    this.mayRead = mayRead;
  }

  /** Call it after the permission check was written, because that object shows whether the role may read. */
  static async begin(store: ObjectStore, signal: AbortSignal): Promise<ObjectCheck> {
    try {
      await store.compare(PERMISSION_CHECK_KEY, EMPTY, { signal });
      return new ObjectCheck(store, signal, true);
    } catch (thrown) {
      if (isForbidden(thrown)) return new ObjectCheck(store, signal, false);
      throw thrown;
    }
  }

  /** Returns those objects that the store holds as it acknowledged them. */
  async unchanged<T extends AcknowledgedObject>(objects: readonly T[]): Promise<readonly T[]> {
    const same: T[] = [];
    for await (const { object, found } of this.#compare(objects)) if (found === 'same') same.push(object);
    return same;
  }

  /** @throws AppError `EXPORT_OBJECTS_CHANGED` unless the store holds all objects as it acknowledged them. */
  async requireUnchanged(objects: readonly AcknowledgedObject[]): Promise<void> {
    const changed: string[] = [];
    for await (const { object, found } of this.#compare(objects)) {
      if (found !== 'same') changed.push(describeChange(object.key, found));
    }
    if (changed.length > 0) throw objectsChanged(objects.length, changed);
  }

  /** Compares one object. Returns undefined if the role may not read. @throws what the store throws. */
  async find(object: AcknowledgedObject): Promise<ObjectComparison | undefined> {
    return this.mayRead ? await this.#compareOne(object) : undefined;
  }

  /** Compares one object. Returns undefined if the role may not read, or if the store does not answer. */
  async lookFor(object: AcknowledgedObject): Promise<ObjectComparison | undefined> {
    try {
      return await this.find(object);
    } catch (thrown) {
      this.#signal.throwIfAborted();
      if (thrown instanceof AppError) return undefined;
      throw thrown;
    }
  }

  async *#compare<T extends AcknowledgedObject>(
    objects: readonly T[],
  ): AsyncGenerator<{ readonly object: T; readonly found: ObjectComparison }> {
    yield* mapOrdered(inTurn(objects), COMPARISONS_AT_ONCE, async (object) => ({
      object,
      found: this.mayRead ? await this.#compareOne(object) : 'same',
    }));
  }

  async #compareOne(object: AcknowledgedObject): Promise<ObjectComparison> {
    try {
      return await this.#store.compare(object.key, object, { signal: this.#signal });
    } catch (thrown) {
      // The role may read other objects. Amazon S3 answers so for a missing object if the role may not list.
      if (isForbidden(thrown)) return 'missing';
      throw thrown;
    }
  }
}

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* await Promise.resolve(items);
}

/** @param found is not `same`. */
export function describeChange(key: string, found: ObjectComparison): string {
  return `${key} ${found === 'missing' ? 'is missing' : 'has other content'}`;
}

/** @param changed are texts of `describeChange`. */
export function objectsChanged(total: number, changed: readonly string[]): AppError {
  return new AppError({
    code: 'EXPORT_OBJECTS_CHANGED',
    message: `the bucket does not hold ${changed.length} of ${total} objects as it acknowledged them: ${changed.slice(0, 3).join(', ')}`,
    hint: 'Find out what removes or changes objects in the bucket, such as a rule, a person or another program. The next attempt writes these objects again.',
    transient: true,
  });
}
