import { Type, type Static } from 'typebox';
import {
  IdSchema,
  invalidEnumValue,
  listReply,
  missingAttribute,
  NOTHING,
  pageOf,
  version,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import { AWS_REGIONS, type NewPrivateEndpoint, type PrivateEndpoint } from './model.ts';
import type { PrivateEndpointService } from './service.ts';

const ALL = '/groups/:groupId/backup/:cloudProvider/privateEndpoints';
const ONE = `${ALL}/:endpointId` as const;
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;
const VERSION = '2024-11-13';

const Region = Type.Optional(Type.Enum([...AWS_REGIONS]));
const CreateBody = Type.Object({
  cloudProvider: Type.Optional(Type.Literal('AWS')),
  regionName: Region,
  vpcRegionName: Region,
});

const EndpointSchema = Type.Object(
  {
    cloudProvider: Type.Literal('AWS'),
    errorMessage: Type.Optional(Type.String()),
    id: IdSchema,
    privateEndpointConnectionName: Type.Optional(Type.String()),
    regionName: Region,
    status: Type.Enum(['ACTIVE', 'FAILED']),
    vpcRegionName: Region,
  },
  { $id: 'BackupPrivateEndpoint' },
);

const PROVIDERS = { cloudProvider: ['AWS'] };

/** Whether exports reach their buckets without a network. If they do not, no endpoint can be made. */
export interface Reach {
  readonly isLocal: boolean;
}

const CANNOT_BE_MADE =
  'This server makes no AWS PrivateLink endpoints. Make the endpoint in the network of the server, which then uses it for all buckets of the region.';

export function createOperations(endpoints: PrivateEndpointService, reach: Reach): readonly Operation[] {
  /** @throws ApiError `INVALID_ENUM_VALUE` for a provider without private endpoints. */
  const groupOf = (request: ApiRequest<unknown>): string => {
    const provider = request.param('cloudProvider');
    if (provider !== 'AWS') throw invalidEnumValue(provider);
    return request.param('groupId');
  };

  return [
    {
      id: 'listGroupBackupPrivateEndpoints',
      summary: 'Returns the private endpoints through which exports leave a project',
      method: 'GET',
      path: ALL,
      pathValues: PROVIDERS,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: pageOf(EndpointSchema),
          async handle(request) {
            const page = await endpoints.list(groupOf(request), request.page());
            return listReply(
              request,
              mapPage(page, (endpoint) => encode(endpoint, reach)),
            );
          },
        }),
      ],
    },
    {
      id: 'createGroupBackupPrivateEndpoint',
      summary: 'Creates a private endpoint for exports in one region',
      method: 'POST',
      event: 'BACKUP_PRIVATE_ENDPOINT_CREATED',
      path: ALL,
      pathValues: PROVIDERS,
      access: OWN,
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: VERSION,
          body: CreateBody,
          answers: { status: 201, body: EndpointSchema },
          async handle(request) {
            const endpoint = await endpoints.create(groupOf(request), decodeCreate(request.body));
            return { status: 201, body: encode(endpoint, reach) };
          },
        }),
      ],
    },
    {
      id: 'getGroupBackupPrivateEndpoint',
      summary: 'Returns one private endpoint for exports',
      method: 'GET',
      path: ONE,
      pathValues: PROVIDERS,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: { status: 200, body: EndpointSchema },
          async handle(request) {
            const endpoint = await endpoints.find(groupOf(request), request.param('endpointId'));
            return { status: 200, body: encode(endpoint, reach) };
          },
        }),
      ],
    },
    {
      id: 'deleteGroupBackupPrivateEndpoint',
      summary: 'Removes a private endpoint for exports',
      method: 'DELETE',
      event: 'BACKUP_PRIVATE_ENDPOINT_DELETED',
      path: ONE,
      pathValues: PROVIDERS,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: NOTHING,
          async handle(request) {
            await endpoints.remove(groupOf(request), request.param('endpointId'));
            return { status: 204 };
          },
        }),
      ],
    },
  ];
}

/** @throws ApiError `MISSING_ATTRIBUTE` */
function decodeCreate({ regionName, vpcRegionName }: Static<typeof CreateBody>): NewPrivateEndpoint {
  if (regionName === undefined) throw missingAttribute('regionName');
  return { regionName, vpcRegionName };
}

/** Encodes an endpoint. Keys are in wire order. */
function encode({ id, regionName, vpcRegionName }: PrivateEndpoint, { isLocal }: Reach): JsonObject {
  return {
    cloudProvider: 'AWS',
    ...(!isLocal && { errorMessage: CANNOT_BE_MADE }),
    id,
    ...(isLocal && { privateEndpointConnectionName: `vpce-${id}` }),
    ...(regionName !== undefined && { regionName }),
    status: isLocal ? 'ACTIVE' : 'FAILED',
    ...(vpcRegionName !== undefined && { vpcRegionName }),
  };
}
