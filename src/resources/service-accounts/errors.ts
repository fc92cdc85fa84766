import { defineError } from '../../http/index.ts';

/** The codes are Longshore's own, because the contract names none. */
export const serviceAccountNotFound = defineError(
  'SERVICE_ACCOUNT_NOT_FOUND',
  404,
  (clientId: string) => `No service account with client ID ${clientId} exists.`,
);

export const serviceAccountSecretNotFound = defineError(
  'SERVICE_ACCOUNT_SECRET_NOT_FOUND',
  404,
  (secretId: string) => `The service account has no secret with ID ${secretId}.`,
);
