import {
  listReply,
  pageOf,
  versions,
  type Access,
  type ApiRequest,
  type Operation,
  type RateLimitSet,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { Event, EventFilter } from './model.ts';
import type { EventService } from './service.ts';
import { decodeFilter, encode, EventSchema, FILTER } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01', 'longshore-v1'] as const;

/** The events of an organization or of a project. */
interface Place {
  readonly name: 'Organization' | 'Group';
  readonly path: '/orgs/:orgId' | '/groups/:groupId';
  readonly access: Access;
  readonly rateLimit: RateLimitSet;
  readonly scopeOf: (request: ApiRequest) => { readonly scope: EventFilter['scope']; readonly path: string };
}

const PLACES: readonly Place[] = [
  {
    name: 'Organization',
    path: '/orgs/:orgId',
    // The events of an organization contain those of its projects.
    access: { scope: 'organization', anyOf: ['ORG_READ_ONLY'] },
    rateLimit: 'orgs',
    scopeOf(request) {
      const orgId = request.param('orgId');
      return { scope: { orgId }, path: `/orgs/${orgId}` };
    },
  },
  {
    name: 'Group',
    path: '/groups/:groupId',
    access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
    rateLimit: 'groups',
    scopeOf(request) {
      const groupId = request.param('groupId');
      return { scope: { groupId }, path: `/groups/${groupId}` };
    },
  },
];

/** The operations on events, in Atlas's API and in Longshore's. Nobody can write or remove an event. */
export function createOperations(events: EventService): readonly Operation[] {
  return PLACES.flatMap(({ name, path, access, rateLimit, scopeOf }): Operation[] => [
    {
      id: `list${name}Events`,
      summary: 'Returns the changes that callers have made',
      method: 'GET',
      path: `${path}/events`,
      access,
      rateLimit,
      query: FILTER,
      versions: versions(VERSIONS, {
        answers: pageOf(EventSchema),
        async handle(request) {
          const { scope, path } = scopeOf(request);
          const found = await events.list({ scope, ...decodeFilter(request) }, request.page());
          const document = (event: Event) => encode(event, `${path}/events/${event.id}`, request);
          return listReply(request, mapPage(found, document));
        },
      }),
    },
    {
      id: `get${name}Event`,
      summary: 'Returns one change that a caller has made',
      method: 'GET',
      path: `${path}/events/:eventId`,
      access,
      rateLimit,
      versions: versions(VERSIONS, {
        answers: { status: 200, body: EventSchema },
        async handle(request) {
          const { scope, path } = scopeOf(request);
          const event = await events.requireEvent(scope, request.param('eventId'));
          return { status: 200, body: encode(event, `${path}/events/${event.id}`, request) };
        },
      }),
    },
  ]);
}
