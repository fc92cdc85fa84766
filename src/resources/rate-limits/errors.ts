import { defineError } from '../../http/index.ts';

export const endpointSetNotFound = defineError(
  'ENDPOINT_SET_NOT_FOUND',
  404,
  (id: string) => `No endpoint set with ID ${id} exists.`,
);
