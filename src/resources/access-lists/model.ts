import type { Caller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { AddressBlock } from '../../kernel/ip-address.ts';

/** The API key or the service account that an access list belongs to. */
export interface AccessListOwner {
  readonly kind: Caller['kind'];
  readonly id: Id;
}

/** Addresses that requests of the owner may come from. */
export interface AccessListEntry {
  readonly id: Id;
  readonly block: AddressBlock;
  readonly createdAt: number;
  /** The number of requests that came from these addresses. */
  readonly useCount: number;
  readonly lastUse: { readonly at: number; readonly address: string } | undefined;
}
