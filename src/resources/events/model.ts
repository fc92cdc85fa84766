import type { Caller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

/** A change that a caller has made: who, what, from where and when. Events are never changed. */
export interface Event {
  readonly id: Id;
  readonly eventTypeName: string;
  readonly createdAt: number;
  readonly orgId: Id;
  /** Undefined for a change of the organization itself. */
  readonly groupId: Id | undefined;
  readonly caller: EventCaller;
  /** Undefined if the address of the client was unknown. */
  readonly remoteAddress: string | undefined;
  /** The id of the operation that made the change. */
  readonly operationId: string;
  /** What the path named, such as `clusterName`, and what the change added, such as the id of a new resource. */
  readonly details: Readonly<Record<string, string>>;
}

/** The caller of an event, as it was called at that time. */
export interface EventCaller {
  readonly kind: Caller['kind'];
  readonly id: Id;
  /** The public key of an API key, or the client id of a service account. */
  readonly name: string;
}

/** A part of the events. */
export interface EventFilter {
  readonly scope: { readonly orgId: Id } | { readonly groupId: Id };
  /** Empty: events of all types. */
  readonly eventTypeNames: readonly string[];
  /** Milliseconds since the Unix epoch; both ends belong to the part. */
  readonly minDate: number | undefined;
  readonly maxDate: number | undefined;
}
