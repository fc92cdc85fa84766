import type { Id } from '../kernel/ids.ts';
import type { Caller, EventTypeName } from './operation.ts';

/** A change that a caller asks for: who, what and from where. */
export interface Change {
  readonly eventTypeName: EventTypeName;
  readonly operationId: string;
  readonly caller: Caller;
  /** The address of the client; undefined if a proxy reports none that is valid. */
  readonly remoteAddress: string | undefined;
  /** The organization that the operation acts on. */
  readonly orgId: Id;
  /** The parameters of the path, which name the project and the resource. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Runs the work of a change, and records the change in the transaction that makes it. */
export type RecordChange = <T>(change: Change, work: () => Promise<T>) => Promise<T>;

/** Records nothing. */
export const recordNoChange: RecordChange = async (_change, work) => await work();
