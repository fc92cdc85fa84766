import type { JsonObject } from '../../kernel/json.ts';

/** The ways to authenticate. Each is enough. */
export const securitySchemes: JsonObject = {
  digest: {
    type: 'http',
    scheme: 'digest',
    description: 'HTTP Digest with the public key of an API key as the user and its private key as the password.',
  },
  serviceAccount: {
    type: 'oauth2',
    description: 'A token of a service account, as `Authorization: Bearer`.',
    flows: { clientCredentials: { tokenUrl: '/api/oauth/token', scopes: {} } },
  },
};
