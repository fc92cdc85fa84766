import { defineError } from '../../http/index.ts';

export const privateEndpointNotFound = defineError(
  'BACKUP_PRIVATE_ENDPOINT_NOT_FOUND',
  404,
  (endpointId: string) => `No backup private endpoint with ID ${endpointId} exists.`,
);
export const privateEndpointExists = defineError(
  'BACKUP_PRIVATE_ENDPOINT_ALREADY_EXISTS',
  409,
  (regionName: string) => `A backup private endpoint for the region ${regionName} already exists.`,
);
