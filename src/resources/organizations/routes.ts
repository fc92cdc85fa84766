import { Type } from 'typebox';
import {
  listReply,
  missingAttribute,
  NOTHING,
  pageOf,
  versions,
  type Links,
  type Operation,
} from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import type { Transaction } from '../../metastore/index.ts';
import type { OrganizationService } from './service.ts';
import {
  CreateBody,
  CreatedSchema,
  encode,
  encodeListed,
  OrganizationSchema,
  UpdateBody,
  type ServiceAccountBody,
} from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;

/** Creates the first API key of an organization. Returns its document with the private key, which no later document contains. */
export type CreateFirstApiKey = (
  transaction: Transaction,
  orgId: Id,
  key: { readonly desc: string; readonly roles: readonly string[] },
  links: Links,
) => Promise<JsonObject>;

/** Creates the first service account of an organization. Returns its document with the secret, which no later document contains. */
export type CreateFirstServiceAccount = (
  transaction: Transaction,
  orgId: Id,
  account: ServiceAccountBody,
) => Promise<JsonObject>;

/** What makes the credentials with which an organization begins. */
export interface FirstCredentials {
  readonly createFirstApiKey: CreateFirstApiKey;
  readonly createFirstServiceAccount: CreateFirstServiceAccount;
}

export function createOperations(
  organizations: OrganizationService,
  { createFirstApiKey, createFirstServiceAccount }: FirstCredentials,
): readonly Operation[] {
  return [
    {
      id: 'listOrgs',
      summary: 'Returns the organizations that the caller can see',
      method: 'GET',
      path: '/orgs',
      access: { scope: 'authenticated' },
      rateLimit: 'listOrgs',
      query: { name: Type.String({ description: 'Only organizations whose names start so.' }) },
      versions: versions(VERSIONS, {
        answers: pageOf(OrganizationSchema),
        async handle(request) {
          const found = await organizations.list(request.caller, request.query('name') ?? '', request.page());
          return listReply(
            request,
            mapPage(found, (organization) => encodeListed(organization, request)),
          );
        },
      }),
    },
    {
      id: 'createOrg',
      summary: 'Creates an organization with its first API key or service account',
      method: 'POST',
      event: 'ORG_CREATED',
      path: '/orgs',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 201, body: CreatedSchema },
        async handle(request) {
          const { apiKey, serviceAccount, orgOwnerId, ...input } = request.body;
          // Atlas requires one of them if no person creates the organization, and there are no persons here.
          if (apiKey === undefined && !serviceAccount) throw missingAttribute('apiKey');
          const { organization, made } = await organizations.create(input, async (transaction, { id }) => ({
            ...(apiKey && { apiKey: await createFirstApiKey(transaction, id, apiKey, request) }),
            ...(serviceAccount && { serviceAccount: await createFirstServiceAccount(transaction, id, serviceAccount) }),
          }));
          const body = {
            ...(made.apiKey && { apiKey: made.apiKey }),
            ...(orgOwnerId === undefined ? {} : { orgOwnerId }),
            organization: encode(organization, request),
            ...(made.serviceAccount && { serviceAccount: made.serviceAccount }),
            skipDefaultAlertsSettings: organization.skipDefaultAlertsSettings,
          };
          return { status: 201, body };
        },
      }),
    },
    {
      id: 'getOrg',
      summary: 'Returns one organization',
      method: 'GET',
      path: '/orgs/:orgId',
      access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: OrganizationSchema },
        async handle(request) {
          const organization = await organizations.requireOrganization(request.param('orgId'));
          return { status: 200, body: encode(organization, request) };
        },
      }),
    },
    {
      id: 'updateOrg',
      summary: 'Changes the name of an organization',
      method: 'PATCH',
      event: 'ORG_UPDATED',
      path: '/orgs/:orgId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      versions: versions(VERSIONS, {
        body: UpdateBody,
        answers: { status: 200, body: OrganizationSchema },
        async handle(request) {
          const organization = await organizations.update(request.param('orgId'), request.body);
          return { status: 200, body: encode(organization, request) };
        },
      }),
    },
    {
      id: 'deleteOrg',
      summary: 'Removes an organization without projects',
      method: 'DELETE',
      event: 'ORG_DELETED',
      path: '/orgs/:orgId',
      access: { scope: 'organization', anyOf: ['ORG_OWNER'] },
      rateLimit: 'orgs',
      conflicts: true,
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await organizations.remove(request.param('orgId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
