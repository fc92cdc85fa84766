import { addHashes, NO_DOCUMENTS, type DocumentsHash } from '../../snapshot/blocks/index.ts';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import type { OplogProgress } from '../../snapshot/targets/index.ts';
import type { CollectionProgress, RestoreState } from './contract.ts';

/** A lost part of the record costs no more than some documents that are written again, so it is not saved after each block. */
const SAVE_EVERY_MS = 1000;

const NEVER = Number.NEGATIVE_INFINITY;

/** What the target has acknowledged of each collection, by the collection's name there. */
export class RestoreRecord {
  readonly #state: RestoreState | undefined;
  readonly #clock: Clock;
  readonly #collections: Map<string, CollectionProgress>;
  #oplog: OplogProgress | undefined;
  #savedAt = NEVER;
  #saving: Promise<void> = Promise.resolve();

  constructor(state: RestoreState | undefined, clock: Clock) {
    this.#state = state;
    this.#clock = steadyClock(clock);
    this.#collections = new Map(Object.entries(state?.earlier?.collections ?? {}));
    this.#oplog = state?.earlier?.oplog;
  }

  /** How far the oplog was applied; undefined before all collections were restored and compared. */
  get oplog(): OplogProgress | undefined {
    return this.#oplog;
  }

  async setOplog(progress: OplogProgress, { durable }: { readonly durable: boolean }): Promise<void> {
    this.#oplog = progress;
    if (durable || this.#isDue()) await this.save();
  }

  /** The progress of an earlier attempt or of this one. */
  of(name: string): CollectionProgress | undefined {
    return this.#collections.get(name);
  }

  /** Begins a collection, or begins it again. Call `save` before its first document is written. */
  begin(name: string, { merged }: Pick<CollectionProgress, 'merged'>): void {
    this.#collections.set(name, { hash: NO_DOCUMENTS, bytes: 0, merged, state: 'begun' });
  }

  /** Forgets a collection, so that a later attempt takes its documents for those of others. */
  forget(name: string): void {
    this.#collections.delete(name);
  }

  async add(name: string, hash: DocumentsHash, bytes: number): Promise<void> {
    const before = this.#required(name);
    this.#collections.set(name, { ...before, hash: addHashes(before.hash, hash), bytes: before.bytes + bytes });
    if (this.#isDue()) await this.save();
  }

  set(name: string, state: CollectionProgress['state']): void {
    this.#collections.set(name, { ...this.#required(name), state });
  }

  /** Keeps the record durably. */
  async save(): Promise<void> {
    const state = this.#state;
    if (state === undefined) return;
    this.#savedAt = this.#clock.now();
    const oplog = this.#oplog;
    const saved = this.#saving.then(() =>
      state.save({ collections: Object.fromEntries(this.#collections), ...(oplog === undefined ? {} : { oplog }) }),
    );
    this.#saving = saved.catch(() => undefined);
    await saved;
  }

  async clear(): Promise<void> {
    await this.#saving;
    await this.#state?.clear();
  }

  #isDue(): boolean {
    return this.#clock.now() - this.#savedAt >= SAVE_EVERY_MS;
  }

  #required(name: string): CollectionProgress {
    const progress = this.#collections.get(name);
    if (progress === undefined) throw new Error(`${name} was not begun`);
    return progress;
  }
}
