import { containsAddress } from '../../kernel/ip-address.ts';
import { ipAddressNotOnAccessList, resourceRequiresAccessList } from '../errors.ts';
import type { Caller, Operation } from '../operation.ts';

/**
 * Checks that the request comes from an address of the caller's access list. A caller without a list may send from anywhere.
 * @param address of the client; undefined is on no list.
 * @throws ApiError `IP_ADDRESS_NOT_ON_ACCESS_LIST`
 */
export function requireListedAddress({ accessList }: Caller, address: string | undefined): void {
  if (accessList.length === 0 || containsAddress(accessList, address)) return;
  throw ipAddressNotOnAccessList(address ?? 'unknown');
}

/**
 * Checks that the caller has an access list if its organization asks for one. A caller without a list may still read and write its own
 * list, because it could not get one otherwise.
 * @throws ApiError `RESOURCE_REQUIRES_ACCESS_LIST`
 */
export function requireAccessList(
  operation: Pick<Operation, 'managesAccessList'>,
  caller: Caller,
  pathParameters: Readonly<Record<string, string>>,
): void {
  if (!caller.accessListRequired || caller.accessList.length > 0) return;
  const owner = pathParameters['apiUserId'] ?? pathParameters['clientId'];
  if (operation.managesAccessList === true && owner === idInPaths(caller)) return;
  throw resourceRequiresAccessList();
}

/** Returns the id that paths name the caller by. */
function idInPaths(caller: Caller): string {
  return caller.kind === 'apiKey' ? caller.id : caller.clientId;
}
