import type { Doc } from '../scripted-mongodb/index.ts';

/** A kind of deployment on which the suite of running deployments runs. */
export interface MongodbUnderTest {
  readonly name: string;
  /** The options of each test, such as a reason to skip the test. */
  readonly options: { readonly skip?: string };
  readonly can: {
    /** Whether it has views, and names with spaces. */
    readonly views: boolean;
    /** Whether it reads at one cluster time. */
    readonly pointInTime: boolean;
    /** Whether it reads in the order of `_id`, from any `_id` on. */
    readonly order: boolean;
  };
  start(): Promise<StartedMongodb>;
}

export interface StartedMongodb {
  readonly uri: string;
  /** Creates a collection, in place of one with the same name. */
  put(database: string, name: string, collection: CollectionToPut): Promise<void>;
  drop(database: string, name: string): Promise<void>;
  /** Makes the next command of this name fail. Absent if the deployment cannot do that. */
  readonly failNext?: ((command: string, how: { readonly code: number } | 'cut') => Promise<void>) | undefined;
  /** Returns the number of open cursors. Absent if the deployment does not count them. */
  readonly openCursors?: (() => Promise<number>) | undefined;
  stop(): Promise<void>;
}

export interface CollectionToPut {
  /** The documents in the order of their `_id`. */
  readonly documents?: readonly Uint8Array[];
  readonly type?: 'view';
  readonly options?: Doc;
  /** The indexes other than that on `_id`. */
  readonly indexes?: readonly { readonly name: string; readonly key: ReadonlyMap<string, number> }[];
}
