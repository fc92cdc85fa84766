import { Type } from 'typebox';
import {
  LinksSchema,
  listReply,
  NOTHING,
  pageOf,
  TimeSchema,
  versions,
  type ApiReply,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { AddBody, decodeBlocks, encodeBlock, entrySegment, type AccessListEntry } from '../access-lists/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ApiKeyService } from './service.ts';

/** Old clients call the list a whitelist. Atlas never served that name in v2. */
const NAMES = [
  { segment: 'accessList', suffix: '', api: ['v1.0', '2023-01-01'] },
  { segment: 'whitelist', suffix: 'OfWhitelist', api: ['v1.0'] },
] as const;

const EntrySchema = Type.Object(
  {
    cidrBlock: Type.String(),
    count: Type.Integer(),
    created: TimeSchema,
    ipAddress: Type.Optional(Type.String()),
    lastUsed: Type.Optional(TimeSchema),
    lastUsedAddress: Type.Optional(Type.String()),
    links: LinksSchema,
  },
  { $id: 'ApiKeyAccessListEntry' },
);

/** The operations on the access list of an API key. A key may change its own list without a role. */
export function createAccessListOperations(keys: ApiKeyService): readonly Operation[] {
  return NAMES.flatMap(({ segment, suffix, api }): Operation[] => {
    const path = `/orgs/:orgId/apiKeys/:apiUserId/${segment}` as const;
    const read = {
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      managesAccessList: true,
      rateLimit: 'orgs',
    } as const;
    const write = {
      access: { scope: 'organization', anyOf: ['ORG_OWNER'], orApiKeyItself: true },
      managesAccessList: true,
      rateLimit: 'orgs',
    } as const;
    const list = async (request: ApiRequest<unknown>): Promise<ApiReply> => {
      const found = await keys.listAccessList(request.param('orgId'), request.param('apiUserId'), request.page());
      return listReply(
        request,
        mapPage(found, (entry) => encode(entry, request, segment)),
      );
    };
    return [
      {
        id: `listOrgApiKeyAccessListEntries${suffix}`,
        summary: 'Returns the addresses from which an API key may be used',
        method: 'GET',
        path,
        ...read,
        versions: versions(api, { answers: pageOf(EntrySchema), handle: list }),
      },
      {
        id: `createOrgApiKeyAccessListEntry${suffix}`,
        summary: 'Adds addresses from which an API key may be used',
        method: 'POST',
        event: 'API_KEY_ACCESS_LIST_ENTRY_ADDED',
        path,
        conflicts: true,
        ...write,
        versions: versions(api, {
          body: AddBody,
          answers: pageOf(EntrySchema),
          async handle(request) {
            const blocks = decodeBlocks(request.body);
            await keys.addToAccessList(request.param('orgId'), request.param('apiUserId'), blocks);
            return await list(request);
          },
        }),
      },
      {
        id: `getOrgApiKeyAccessListEntry${suffix}`,
        summary: 'Returns one entry of the access list of an API key',
        method: 'GET',
        path: `${path}/:ipAddress`,
        ...read,
        versions: versions(api, {
          answers: { status: 200, body: EntrySchema },
          async handle(request) {
            const [orgId, id] = [request.param('orgId'), request.param('apiUserId')];
            const entry = await keys.findInAccessList(orgId, id, request.param('ipAddress'));
            return { status: 200, body: encode(entry, request, segment) };
          },
        }),
      },
      {
        id: `deleteOrgApiKeyAccessListEntry${suffix}`,
        summary: 'Removes an entry from the access list of an API key',
        method: 'DELETE',
        event: 'API_KEY_ACCESS_LIST_ENTRY_DELETED',
        path: `${path}/:ipAddress`,
        ...write,
        versions: versions(api, {
          answers: NOTHING,
          async handle(request) {
            const [orgId, id] = [request.param('orgId'), request.param('apiUserId')];
            await keys.removeFromAccessList(orgId, id, request.param('ipAddress'), request);
            return { status: 204 };
          },
        }),
      },
    ];
  });
}

function encode(entry: AccessListEntry, request: ApiRequest<unknown>, segment: string): JsonObject {
  const { cidrBlock = '', ...address } = encodeBlock(entry.block);
  const self = `/orgs/${request.param('orgId')}/apiKeys/${request.param('apiUserId')}/${segment}/${entrySegment(entry.block)}`;
  return {
    cidrBlock,
    count: entry.useCount,
    created: atlasTime(entry.createdAt),
    ...address,
    ...(entry.lastUse === undefined
      ? {}
      : { lastUsed: atlasTime(entry.lastUse.at), lastUsedAddress: entry.lastUse.address }),
    links: [{ href: request.link(self), rel: 'self' }],
  };
}
