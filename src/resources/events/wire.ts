import { Type } from 'typebox';
import {
  IdSchema,
  invalidQueryParameter,
  LinksSchema,
  TimeSchema,
  type ApiRequest,
  type Links,
} from '../../http/index.ts';
import { parseAtlasDate } from '../../kernel/atlas-date.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Event, EventCaller, EventFilter } from './model.ts';

/** The query parameters that choose events. */
export const FILTER = {
  eventType: Type.String({ description: 'Only events with this eventTypeName.' }),
  maxDate: Type.String({ format: 'date-time', description: 'Only events until this time.' }),
  minDate: Type.String({ format: 'date-time', description: 'Only events from this time on.' }),
};

/** An event. The parameters of the path of its operation are further attributes, such as `clusterName`. */
export const EventSchema = Type.Object(
  {
    apiKeyId: Type.Optional(IdSchema),
    created: TimeSchema,
    eventTypeName: Type.String(),
    groupId: Type.Optional(IdSchema),
    id: IdSchema,
    isGlobalAdmin: Type.Boolean(),
    links: LinksSchema,
    operationId: Type.String(),
    orgId: IdSchema,
    publicKey: Type.Optional(Type.String()),
    remoteAddress: Type.Optional(Type.String()),
    serviceAccountClientId: Type.Optional(Type.String()),
  },
  { $id: 'Event', additionalProperties: Type.String() },
);

/** Decodes Atlas's query parameters of lists of events. @throws ApiError `INVALID_QUERY_PARAMETER` */
export function decodeFilter(request: Pick<ApiRequest, 'query' | 'url'>): Omit<EventFilter, 'scope'> {
  const minDate = timeOf(request, 'minDate');
  const maxDate = timeOf(request, 'maxDate');
  return { eventTypeNames: request.url.query.all('eventType'), minDate, maxDate };
}

function timeOf(request: Pick<ApiRequest, 'query'>, name: string): number | undefined {
  const text = request.query(name);
  if (text === undefined) return undefined;
  const time = parseAtlasDate(text);
  if (time === undefined) throw invalidQueryParameter(name);
  return time;
}

/**
 * Encodes an event in the shape of Atlas's events. `operationId` and the details are Longshore's own: they have the names of the
 * path's parameters. @param self the path of the event below the base of the API.
 */
export function encode(event: Event, self: string, links: Links): JsonObject {
  const document: JsonObject = {
    ...event.details,
    ...callerFields(event.caller),
    created: atlasTime(event.createdAt),
    eventTypeName: event.eventTypeName,
    ...(event.groupId === undefined ? {} : { groupId: event.groupId }),
    id: event.id,
    isGlobalAdmin: false,
    links: [{ href: links.link(self), rel: 'self' }],
    operationId: event.operationId,
    orgId: event.orgId,
    ...(event.remoteAddress === undefined ? {} : { remoteAddress: event.remoteAddress }),
  };
  return Object.fromEntries(Object.entries(document).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function callerFields(caller: EventCaller): JsonObject {
  return caller.kind === 'apiKey'
    ? { apiKeyId: caller.id, publicKey: caller.name }
    : { serviceAccountClientId: caller.name };
}
