import type { KyselyPlugin } from 'kysely';
import type { Database } from '../../src/metastore/index.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import { interferedStore } from '../support/interfered-store.ts';

/**
 * The life of a server that ends at one of its calls, as with kill -9: this call and all later ones do nothing. An open
 * transaction is rolled back, as SQLite does when it opens the file of a killed process.
 */
export class Life {
  calls = 0;
  readonly #lastCall: number;

  constructor(lastCall = Number.POSITIVE_INFINITY) {
    this.#lastCall = lastCall;
  }

  get isOver(): boolean {
    return this.calls >= this.#lastCall;
  }

  /** Counts a call. @throws Error if the life ends with it, or is over. */
  spend(): void {
    this.calls++;
    if (this.isOver) throw new Error('the process was killed');
  }

  database(database: Database): Database {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => {
        this.spend();
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    return database.withPlugin(plugin);
  }

  store(store: ObjectStore): ObjectStore {
    return interferedStore(store, () => ({
      moment: 'before',
      act: () => {
        this.spend();
        return Promise.resolve();
      },
    }));
  }
}
