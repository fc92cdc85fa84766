import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Type } from 'typebox';
import {
  ApiError,
  buildServer,
  callerName,
  createDigestAuthenticator,
  ha1,
  listReply,
  NOTHING,
  pageOf,
  version,
  type ServerOptions,
} from '../../src/http/index.ts';
import type { Answer, Caller, KnownKey, Operation, RoleAssignment } from '../../src/http/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { NO_ACCESS_LIST } from './control-plane.ts';

// A server with operations of its own, for tests of what all operations share.

export const ORG = '5f0000000000000000000001';
export const OTHER_ORG = '5f0000000000000000000002';
export const GROUP = '5f0000000000000000000011';
export const FOREIGN_GROUP = '5f0000000000000000000012';
export const UNKNOWN_GROUP = '5f0000000000000000000013';
export const THING = '5f0000000000000000000021';

export const PRIVATE_KEY = '6f1c8a52-2f6d-4f0e-9b39-52a6a5f6a0c1';

const KEYS: Readonly<Record<string, readonly RoleAssignment[]>> = {
  orgowner: [{ roleName: 'ORG_OWNER', orgId: ORG }],
  readonly: [{ roleName: 'GROUP_READ_ONLY', groupId: GROUP }],
  justmemb: [{ roleName: 'ORG_MEMBER', orgId: ORG }],
};

/** A clock that stands still until the test advances it. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 7, 10, 3, 3, 17);

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

const Thing = Type.Object({
  bucketName: Type.String({ minLength: 3 }),
  iamRoleId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
  cloudProvider: Type.Enum(['AWS', 'AZURE']),
  export: Type.Optional(Type.Object({ frequencyType: Type.Union([Type.Literal('daily'), Type.Literal('weekly')]) })),
  labels: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.String() }))),
  retention: Type.Optional(Type.Integer({ minimum: 1 })),
});
const superseded = { deprecation: 'Thu, 30 May 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const WRITE = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;

const ANSWER: Answer = { status: 200, body: Type.Unknown() };

const OPERATIONS: readonly Operation[] = [
  {
    id: 'root',
    summary: 'For tests',
    method: 'GET',
    path: '',
    access: { scope: 'authenticated' },
    rateLimit: 'root',
    versions: (['v1.0', '2023-01-01', 'longshore-v1'] as const).map((name) =>
      version({
        version: name,
        answers: ANSWER,
        handle: (request) =>
          Promise.resolve({ status: 200, body: { publicKey: callerName(request.caller), here: request.link('/x') } }),
      }),
    ),
  },
  {
    id: 'listThings',
    summary: 'For tests',
    method: 'GET',
    path: '/groups/:groupId/things',
    access: READ,
    rateLimit: 'cloudBackups',
    versions: (['v1.0', '2023-01-01'] as const).map((name) =>
      version({
        version: name,
        answers: pageOf(Type.Unknown()),
        handle: (request) => Promise.resolve(listReply(request, { results: [{ id: THING }], totalCount: 250 })),
      }),
    ),
  },
  {
    id: 'createThing',
    summary: 'For tests',
    method: 'POST',
    event: 'THING_CHANGED',
    path: '/groups/:groupId/things',
    access: WRITE,
    rateLimit: 'cloudBackups',
    versions: [
      version({
        version: 'v1.0',
        body: Thing,
        answers: ANSWER,
        handle: ({ body }) => Promise.resolve({ status: 200, body: { bucketName: body.bucketName } }),
      }),
      version({
        version: '2023-01-01',
        superseded,
        body: Thing,
        answers: ANSWER,
        handle: () => Promise.resolve({ status: 200, body: { v: '2023-01-01' } }),
      }),
      version({
        version: '2024-05-30',
        body: Thing,
        answers: ANSWER,
        handle: () => Promise.resolve({ status: 200, body: { v: '2024-05-30' } }),
      }),
    ],
  },
  {
    id: 'countBytes',
    summary: 'For tests',
    method: 'POST',
    event: 'THING_CHANGED',
    path: '/groups/:groupId/things/:thingId/bytes',
    access: READ,
    rateLimit: 'cloudBackups',
    takesStream: true,
    query: { atMost: Type.Integer() },
    versions: [
      version({
        version: 'longshore-v1',
        answers: ANSWER,
        async handle(request) {
          const atMost = Number(request.query('atMost') ?? Infinity);
          let bytes = 0;
          for await (const piece of request.bytes()) {
            bytes += piece.byteLength;
            if (bytes > atMost) throw new ApiError({ code: 'TOO_MANY', status: 400, detail: 'Too many bytes.' });
          }
          return { status: 200, body: { bytes } };
        },
      }),
    ],
  },
  {
    id: 'getThing',
    summary: 'For tests',
    method: 'GET',
    path: '/groups/:groupId/things/:thingId',
    access: READ,
    rateLimit: 'cloudBackups',
    versions: [
      version({
        version: '2023-01-01',
        superseded,
        answers: ANSWER,
        handle: () =>
          Promise.reject(
            new ApiError({
              code: 'BAD_REQUEST',
              status: 400,
              detail: 'The request content produced validation errors.',
              fields: [{ field: '_roles', description: 'No such role.' }],
            }),
          ),
      }),
    ],
  },
  {
    id: 'deleteThing',
    summary: 'For tests',
    method: 'DELETE',
    event: 'THING_CHANGED',
    path: '/groups/:groupId/things/:thingId',
    access: WRITE,
    rateLimit: 'cloudBackups',
    versions: (['v1.0', '2023-01-01'] as const).map((name) =>
      version({ version: name, answers: NOTHING, handle: () => Promise.resolve({ status: 204 }) }),
    ),
  },
  {
    id: 'getNamed',
    summary: 'For tests',
    method: 'GET',
    path: '/groups/:groupId/named/:name',
    access: READ,
    rateLimit: 'groups',
    versions: [
      version({
        version: 'v1.0',
        answers: ANSWER,
        handle: (request) => Promise.resolve({ status: 200, body: { name: request.param('name') } }),
      }),
    ],
  },
  {
    id: 'updateOptional',
    summary: 'For tests',
    method: 'PATCH',
    event: 'THING_CHANGED',
    path: '/groups/:groupId/optional',
    access: WRITE,
    rateLimit: 'groups',
    versions: [
      version({
        version: 'v1.0',
        body: Type.Object({ description: Type.Optional(Type.String()) }),
        answers: ANSWER,
        handle: ({ body }) => Promise.resolve({ status: 200, body }),
      }),
    ],
  },
  {
    id: 'breakDown',
    summary: 'For tests',
    method: 'GET',
    path: '/orgs/:orgId/defect',
    access: { scope: 'organization', anyOf: ['ORG_MEMBER'] },
    rateLimit: 'orgs',
    versions: [
      version({
        version: 'v1.0',
        answers: ANSWER,
        handle: () => Promise.reject(new Error('the cause, not to be shown')),
      }),
    ],
  },
];

export interface ApiUnderTest extends Partial<ServerOptions> {
  /** Finds a key; absent: three keys with their roles exist. */
  readonly lookupKey?: (publicKey: string) => Promise<KnownKey | undefined>;
}

export function buildApi({ lookupKey = lookUp, ...options }: ApiUnderTest = {}): FastifyInstance {
  const clock = options.clock ?? new ManualClock();
  return buildServer({
    operations: OPERATIONS,
    authenticators: [createDigestAuthenticator({ clock, lookupKey })],
    organizationOf: (groupId) =>
      Promise.resolve(groupId === GROUP ? ORG : groupId === FOREIGN_GROUP ? OTHER_ORG : undefined),
    clock,
    productVersion: '0.1.0',
    ...options,
  });
}

function lookUp(publicKey: string): Promise<KnownKey | undefined> {
  const roles = KEYS[publicKey];
  if (roles === undefined) return Promise.resolve(undefined);
  const caller: Caller = {
    kind: 'apiKey',
    id: '5f0000000000000000000031',
    publicKey,
    orgId: ORG,
    roles,
    ...NO_ACCESS_LIST,
  };
  return Promise.resolve({ caller, ha1: ha1(publicKey, PRIVATE_KEY) });
}

export interface Sent {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
  /** `orgowner` when absent. */
  readonly key?: string;
  readonly privateKey?: string;
}

/** Sends a request with credentials for a fresh challenge. */
export async function send(app: FastifyInstance, request: Sent): Promise<LightMyRequestResponse> {
  const { key = 'orgowner', privateKey = PRIVATE_KEY, method = 'GET', url, payload } = request;
  const challenge = await app.inject({ method: 'GET', url: '/api/atlas/v1.0' });
  const authorization = sign(String(challenge.headers['www-authenticate']), { key, privateKey, method, uri: url });
  const headers = { ...request.headers, authorization };
  return app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** The Authorization header for a challenge. */
export function sign(
  challenge: string,
  facts: { key: string; privateKey: string; method: string; uri: string; nc?: string },
): string {
  const { key, privateKey, method, uri, nc = '00000001' } = facts;
  const nonce = /nonce="([^"]*)"/.exec(challenge)?.[1] ?? '';
  const cnonce = randomBytes(8).toString('hex');
  const secret = md5(`${key}:MMS Public API:${privateKey}`);
  const response = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Digest username="${key}", realm="MMS Public API", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}"`
  );
}
