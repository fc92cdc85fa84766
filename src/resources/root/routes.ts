import { Type } from 'typebox';
import { IdSchema, LinksSchema, version, versions, type ApiKeyCaller, type Operation } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { encodeBlock } from '../access-lists/index.ts';
import { encodeRole, RoleSchema } from '../api-keys/index.ts';

/** Any JSON, because Longshore does not read it. */
const Telemetry = Type.Unknown();

const StatusSchema = Type.Object(
  {
    apiKey: Type.Union([
      Type.Object({
        accessList: Type.Array(Type.Object({ cidrBlock: Type.String(), ipAddress: Type.Optional(Type.String()) })),
        id: IdSchema,
        publicKey: Type.String(),
        roles: Type.Array(RoleSchema),
      }),
      Type.Null(),
    ]),
    appName: Type.Literal('MongoDB Atlas'),
    build: Type.String(),
    links: LinksSchema,
    throttling: Type.Boolean(),
  },
  { $id: 'SystemStatus' },
);
const AddressSchema = Type.Object({ currentIpv4Address: Type.String() }, { $id: 'IpInfo' });

/**
 * The operations that tell a client about itself.
 * @param build the version of this program.
 */
export function createOperations(build: string): readonly Operation[] {
  return [
    {
      id: 'getSystemStatus',
      summary: 'Returns who the caller is, and the version of the server',
      method: 'GET',
      path: '',
      access: { scope: 'authenticated' },
      rateLimit: 'root',
      versions: versions(['v1.0', '2023-01-01'], {
        answers: { status: 200, body: StatusSchema },
        handle(request) {
          const { caller } = request;
          const body = {
            apiKey: caller.kind === 'apiKey' ? encodeApiKey(caller) : null,
            appName: 'MongoDB Atlas',
            build,
            links: [{ href: request.link(''), rel: 'self' }],
            throttling: false,
          };
          return Promise.resolve({ status: 200, body });
        },
      }),
    },
    {
      id: 'getIpInfo',
      summary: 'Returns the address that the caller comes from',
      method: 'GET',
      path: '/ipinfo',
      access: { scope: 'authenticated' },
      rateLimit: 'root',
      versions: [
        version({
          version: 'private',
          // Atlas names the attribute so, and has no other one for a client with an IPv6 address.
          answers: { status: 200, body: AddressSchema },
          handle: ({ address = '' }) => Promise.resolve({ status: 200, body: { currentIpv4Address: address } }),
        }),
      ],
    },
    {
      id: 'postTelemetry',
      summary: 'Takes what a client says about itself, and throws it away',
      method: 'POST',
      // What clients say about themselves is thrown away.
      event: undefined,
      path: '/v1.0/telemetry/events',
      access: { scope: 'authenticated' },
      rateLimit: 'root',
      versions: [
        version({
          version: 'private',
          body: Telemetry,
          answers: { status: 200, body: Type.Object({}) },
          handle: () => Promise.resolve({ status: 200, body: {} }),
        }),
      ],
    },
  ];
}

function encodeApiKey({ id, publicKey, roles, accessList }: ApiKeyCaller): JsonObject {
  return { accessList: accessList.map(encodeBlock), id, publicKey, roles: roles.map(encodeRole) };
}
