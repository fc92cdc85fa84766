import {
  listReply,
  NOTHING,
  pageOf,
  versions,
  type ApiReply,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ProjectIpAccessListService } from './service.ts';
import { AddBody, decodeAdd, decodeKey, encode, EntrySchema, StatusSchema } from './wire.ts';

const READ = { access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] }, rateLimit: 'groups' } as const;
const WRITE = { access: { scope: 'group', anyOf: ['GROUP_NETWORK_ACCESS_MANAGER'] }, rateLimit: 'groups' } as const;

/** Old clients call the list a whitelist. Atlas never served that name in v2. */
const NAMES = [
  { segment: 'accessList', suffix: '', api: ['v1.0', '2023-01-01'] },
  { segment: 'whitelist', suffix: 'OfWhitelist', api: ['v1.0'] },
] as const;

export function createOperations(accessList: ProjectIpAccessListService): readonly Operation[] {
  return NAMES.flatMap(({ segment, suffix, api }): Operation[] => {
    const all = `/groups/:groupId/${segment}` as const;
    const one = `${all}/:entryValue` as const;
    const list = async (request: ApiRequest<unknown>, status: number): Promise<ApiReply> => {
      const found = await accessList.list(request.param('groupId'), request.page());
      const { body = {} } = listReply(
        request,
        mapPage(found, (entry) => encode(entry, segment, request)),
      );
      return { status, body };
    };
    const find = async (request: ApiRequest) =>
      await accessList.find(request.param('groupId'), decodeKey(request.param('entryValue')));
    return [
      {
        id: `listGroupAccessListEntries${suffix}`,
        summary: 'Returns the addresses from which clients may connect to the clusters of a project',
        method: 'GET',
        path: all,
        ...READ,
        versions: versions(api, { answers: pageOf(EntrySchema), handle: async (request) => await list(request, 200) }),
      },
      {
        id: `createGroupAccessListEntry${suffix}`,
        summary: 'Adds addresses from which clients may connect to the clusters of a project',
        method: 'POST',
        event: 'NETWORK_PERMISSION_ENTRY_ADDED',
        path: all,
        conflicts: true,
        ...WRITE,
        versions: versions(api, {
          body: AddBody,
          answers: pageOf(EntrySchema, 201),
          async handle(request) {
            await accessList.add(request.param('groupId'), decodeAdd(request.body));
            return await list(request, 201);
          },
        }),
      },
      {
        id: `getGroupAccessListEntry${suffix}`,
        summary: 'Returns one entry of the access list of a project',
        method: 'GET',
        path: one,
        ...READ,
        versions: versions(api, {
          answers: { status: 200, body: EntrySchema },
          handle: async (request) => ({ status: 200, body: encode(await find(request), segment, request) }),
        }),
      },
      {
        id: `getGroupAccessListStatus${suffix}`,
        summary: 'Returns whether an entry of the access list of a project is in effect',
        method: 'GET',
        path: `${one}/status`,
        ...READ,
        versions: versions(api, {
          answers: { status: 200, body: StatusSchema },
          async handle(request) {
            await find(request);
            return { status: 200, body: { STATUS: 'ACTIVE' } };
          },
        }),
      },
      {
        id: `deleteGroupAccessListEntry${suffix}`,
        summary: 'Removes an entry from the access list of a project',
        method: 'DELETE',
        event: 'NETWORK_PERMISSION_ENTRY_REMOVED',
        path: one,
        ...WRITE,
        versions: versions(api, {
          answers: NOTHING,
          async handle(request) {
            await accessList.remove(request.param('groupId'), decodeKey(request.param('entryValue')));
            return { status: 204 };
          },
        }),
      },
    ];
  });
}
