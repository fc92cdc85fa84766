import type { Doc } from '../scripted-mongodb/index.ts';

/** A kind of deployment that the suite of running deployments is run against. */
export interface MongodbUnderTest {
  readonly name: string;
  /** Options of each test, such as a reason to skip it. */
  readonly options: { readonly skip?: string };
  readonly can: {
    /** Views, and names with spaces. */
    readonly views: boolean;
    /** Reads at one cluster time. */
    readonly pointInTime: boolean;
    /** Reads in the order of `_id`, from any of them on. */
    readonly order: boolean;
  };
  start(): Promise<StartedMongodb>;
}

export interface StartedMongodb {
  readonly uri: string;
  /** Makes a collection. One of that name goes. */
  put(database: string, name: string, collection: CollectionToPut): Promise<void>;
  drop(database: string, name: string): Promise<void>;
  /** The next command of that name fails. Absent where the deployment cannot be made to. */
  readonly failNext?: ((command: string, how: { readonly code: number } | 'cut') => Promise<void>) | undefined;
  /** Cursors that are open. Absent where the deployment does not tell. */
  readonly openCursors?: (() => Promise<number>) | undefined;
  stop(): Promise<void>;
}

export interface CollectionToPut {
  /** In the order of their `_id`. */
  readonly documents?: readonly Uint8Array[];
  readonly type?: 'view';
  readonly options?: Doc;
  /** Beside the one on `_id`. */
  readonly indexes?: readonly { readonly name: string; readonly key: ReadonlyMap<string, number> }[];
}
