import {
  listReply,
  NOTHING,
  pageOf,
  version,
  type Access,
  type ApiReply,
  type ApiRequest,
  type Operation,
  type RateLimitSet,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { AddBody, decodeBlocks } from '../access-lists/index.ts';
import { ServiceAccountBody } from '../organizations/index.ts';
import type { Place, ServiceAccountService } from './service.ts';
import {
  AccountSchema,
  CreatedSchema,
  CreatedSecretSchema,
  decodeUpdate,
  encode,
  encodeCreated,
  encodeCreatedSecret,
  encodeEntry,
  encodeGroup,
  EntrySchema,
  GroupRolesSchema,
  InviteBody,
  SecretBody,
  UpdateBody,
} from './wire.ts';

const VERSION = '2024-08-05';

/** The operations that organizations and projects both have, with the roles that they need in each. */
interface Kind {
  readonly name: 'Org' | 'Group';
  readonly path: '/orgs/:orgId/serviceAccounts' | '/groups/:groupId/serviceAccounts';
  readonly rateLimit: RateLimitSet;
  readonly read: Access;
  readonly write: Access;
  readonly writeAccessList: Access;
  readonly events: { readonly deleted: Uppercase<string> };
  readonly placeOf: (request: ApiRequest<unknown>) => Place;
}

const KINDS: readonly Kind[] = [
  {
    name: 'Org',
    path: '/orgs/:orgId/serviceAccounts',
    rateLimit: 'orgs',
    read: { scope: 'organization', anyOf: ['ORG_READ_ONLY'] },
    write: { scope: 'organization', anyOf: ['ORG_OWNER'] },
    writeAccessList: { scope: 'organization', anyOf: ['ORG_OWNER'] },
    events: { deleted: 'SERVICE_ACCOUNT_DELETED' },
    placeOf: (request) => ({ orgId: request.param('orgId') }),
  },
  {
    name: 'Group',
    path: '/groups/:groupId/serviceAccounts',
    rateLimit: 'groups',
    read: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
    write: { scope: 'group', anyOf: ['GROUP_OWNER'] },
    writeAccessList: { scope: 'group', anyOf: ['GROUP_ACCESS_MANAGER'] },
    events: { deleted: 'SERVICE_ACCOUNT_REMOVED_FROM_GROUP' },
    placeOf: (request) => ({ groupId: request.param('groupId') }),
  },
];

export function createOperations(accounts: ServiceAccountService): readonly Operation[] {
  return [
    ...KINDS.flatMap((kind) => [...accountOperations(accounts, kind), ...accessListOperations(accounts, kind)]),
    ...operationsOfOneKind(accounts),
  ];
}

function accountOperations(accounts: ServiceAccountService, kind: Kind): readonly Operation[] {
  const { name, path, rateLimit, read, write, placeOf } = kind;
  const one = `${path}/:clientId` as const;
  const secrets = `${one}/secrets` as const;
  return [
    {
      id: `list${name}ServiceAccounts`,
      summary: 'Returns service accounts',
      method: 'GET',
      path,
      access: read,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          answers: pageOf(AccountSchema),
          async handle(request) {
            const place = placeOf(request);
            const found = await accounts.list(place, request.page());
            return listReply(
              request,
              mapPage(found, (account) => encode(account, place)),
            );
          },
        }),
      ],
    },
    {
      id: `create${name}ServiceAccount`,
      summary: 'Creates a service account with its first secret',
      method: 'POST',
      event: 'SERVICE_ACCOUNT_CREATED',
      path,
      access: write,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          body: ServiceAccountBody,
          answers: { status: 201, body: CreatedSchema },
          async handle(request) {
            const place = placeOf(request);
            const created = await accounts.create(request.caller, place, request.body);
            return { status: 201, body: encodeCreated(created, place) };
          },
        }),
      ],
    },
    {
      id: `get${name}ServiceAccount`,
      summary: 'Returns one service account',
      method: 'GET',
      path: one,
      access: read,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          answers: { status: 200, body: AccountSchema },
          async handle(request) {
            const place = placeOf(request);
            const account = await accounts.requireAccount(place, request.param('clientId'));
            return { status: 200, body: encode(account, place) };
          },
        }),
      ],
    },
    {
      id: `update${name}ServiceAccount`,
      summary: 'Changes the name, the description or the roles of a service account',
      method: 'PATCH',
      event: 'SERVICE_ACCOUNT_UPDATED',
      path: one,
      access: write,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          body: UpdateBody,
          answers: { status: 200, body: AccountSchema },
          async handle(request) {
            const place = placeOf(request);
            const changes = decodeUpdate(request.body);
            const account = await accounts.update(request.caller, place, request.param('clientId'), changes);
            return { status: 200, body: encode(account, place) };
          },
        }),
      ],
    },
    {
      id: `delete${name}ServiceAccount`,
      summary: 'Removes a service account',
      method: 'DELETE',
      event: kind.events.deleted,
      path: one,
      access: write,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          answers: NOTHING,
          async handle(request) {
            await accounts.remove(request.caller, placeOf(request), request.param('clientId'));
            return { status: 204 };
          },
        }),
      ],
    },
    {
      id: `create${name}ServiceAccountSecret`,
      summary: 'Creates a further secret of a service account',
      method: 'POST',
      event: 'SERVICE_ACCOUNT_SECRET_ADDED',
      path: secrets,
      access: write,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          body: SecretBody,
          answers: { status: 201, body: CreatedSecretSchema },
          async handle(request) {
            const hours = request.body.secretExpiresAfterHours;
            const clientId = request.param('clientId');
            const secret = await accounts.createSecret(request.caller, placeOf(request), clientId, hours);
            return { status: 201, body: encodeCreatedSecret(secret) };
          },
        }),
      ],
    },
    {
      id: `delete${name}ServiceAccountSecret`,
      summary: 'Removes a secret of a service account',
      method: 'DELETE',
      event: 'SERVICE_ACCOUNT_SECRET_DELETED',
      path: `${secrets}/:secretId`,
      access: write,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          answers: NOTHING,
          async handle(request) {
            const [clientId, secretId] = [request.param('clientId'), request.param('secretId')];
            await accounts.removeSecret(request.caller, placeOf(request), clientId, secretId);
            return { status: 204 };
          },
        }),
      ],
    },
  ];
}

function accessListOperations(accounts: ServiceAccountService, kind: Kind): readonly Operation[] {
  const { name, path, rateLimit, read, writeAccessList, placeOf } = kind;
  const list = `${path}/:clientId/accessList` as const;
  const answer = async (request: ApiRequest<unknown>): Promise<ApiReply> => {
    const found = await accounts.listAccessList(placeOf(request), request.param('clientId'), request.page());
    return listReply(request, mapPage(found, encodeEntry));
  };
  return [
    {
      id: `list${name}ServiceAccountAccessList`,
      summary: 'Returns the addresses from which the tokens of a service account may be used',
      method: 'GET',
      path: list,
      access: read,
      managesAccessList: true,
      rateLimit,
      versions: [version({ version: VERSION, answers: pageOf(EntrySchema), handle: answer })],
    },
    {
      id: `create${name}ServiceAccountAccessList`,
      summary: 'Adds addresses from which the tokens of a service account may be used',
      method: 'POST',
      event: 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED',
      path: list,
      conflicts: true,
      access: writeAccessList,
      managesAccessList: true,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          body: AddBody,
          answers: pageOf(EntrySchema),
          async handle(request) {
            const blocks = decodeBlocks(request.body);
            await accounts.addToAccessList(placeOf(request), request.param('clientId'), blocks);
            return await answer(request);
          },
        }),
      ],
    },
    {
      id: `delete${name}ServiceAccountAccessListEntry`,
      summary: 'Removes an entry from the access list of a service account',
      method: 'DELETE',
      event: 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED',
      path: `${list}/:ipAddress`,
      access: writeAccessList,
      managesAccessList: true,
      rateLimit,
      versions: [
        version({
          version: VERSION,
          answers: NOTHING,
          async handle(request) {
            const [clientId, address] = [request.param('clientId'), request.param('ipAddress')];
            await accounts.removeFromAccessList(placeOf(request), clientId, address, request);
            return { status: 204 };
          },
        }),
      ],
    },
  ];
}

function operationsOfOneKind(accounts: ServiceAccountService): readonly Operation[] {
  return [
    {
      id: 'getOrgServiceAccountGroups',
      summary: 'Returns the projects in which a service account has roles',
      method: 'GET',
      path: '/orgs/:orgId/serviceAccounts/:clientId/groups',
      access: { scope: 'organization', anyOf: ['ORG_READ_ONLY'] },
      rateLimit: 'orgs',
      versions: [
        version({
          version: VERSION,
          answers: pageOf(GroupRolesSchema),
          async handle(request) {
            const [orgId, clientId] = [request.param('orgId'), request.param('clientId')];
            return listReply(request, mapPage(await accounts.listGroups(orgId, clientId, request.page()), encodeGroup));
          },
        }),
      ],
    },
    {
      id: 'inviteGroupServiceAccount',
      summary: 'Gives a service account of the organization roles in a project',
      method: 'POST',
      event: 'SERVICE_ACCOUNT_ADDED_TO_GROUP',
      // The router needs a pattern for a parameter that is not a whole segment; `::` is a colon.
      path: '/groups/:groupId/serviceAccounts/:clientId(^[^:]+)::invite',
      access: { scope: 'organizationOfGroup', anyOf: ['ORG_OWNER'] },
      rateLimit: 'groups',
      versions: [
        version({
          version: VERSION,
          body: InviteBody,
          answers: { status: 200, body: AccountSchema },
          async handle(request) {
            const groupId = request.param('groupId');
            const account = await accounts.invite(groupId, request.param('clientId'), request.body.roles);
            return { status: 200, body: encode(account, { groupId }) };
          },
        }),
      ],
    },
  ];
}
