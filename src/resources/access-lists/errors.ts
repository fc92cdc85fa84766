import { defineError } from '../../http/index.ts';

export const addressAlreadyInAccessList = defineError(
  'ADDRESS_ALREADY_IN_ACCESS_LIST',
  409,
  (address: string) => `The address ${address} is already in the access list.`,
);

export const cannotRemoveCallerFromAccessList = defineError(
  'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST',
  400,
  () => 'The address that the request comes from cannot be removed from the access list of its own caller.',
);

/** An error of Longshore's own. */
export const addressNotInAccessList = defineError(
  'ADDRESS_NOT_IN_ACCESS_LIST',
  404,
  (address: string) => `The address ${address} is not in the access list.`,
);

/** An error of Longshore's own, because a list is read for every request of its owner. */
export const accessListFull = defineError(
  'ACCESS_LIST_FULL',
  409,
  (limit: number) => `An access list has at most ${limit} entries. Remove some, or add blocks of addresses.`,
);
