import type { Id } from '../../kernel/ids.ts';
import type { AddressBlock } from '../../kernel/ip-address.ts';

/** What may connect: addresses, or the members of an AWS security group. */
export type Connectable = { readonly block: AddressBlock } | { readonly awsSecurityGroup: string };

/**
 * An entry of a project's IP access list. Atlas lets clients connect to the clusters of a project from these addresses only. The
 * deployments that Longshore exports have their own networks, so Longshore keeps the list and enforces nothing.
 */
export interface ProjectAccessEntry {
  readonly groupId: Id;
  readonly from: Connectable;
  readonly comment: string | undefined;
  /** The entry is gone from then on; undefined: it stays. */
  readonly deleteAfter: number | undefined;
  readonly createdAt: number;
}
