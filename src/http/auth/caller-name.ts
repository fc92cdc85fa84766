import type { Caller } from '../operation.ts';

/** Returns the name that people know a caller by: the public key of an API key, or the client id of a service account. */
export function callerName(caller: Caller): string {
  return caller.kind === 'apiKey' ? caller.publicKey : caller.clientId;
}
