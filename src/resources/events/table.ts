import { Type } from 'typebox';
import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  compiledInsert,
  selectPage,
  storedValue,
  type Database,
  type Schema,
  type Transaction,
} from '../../metastore/index.ts';
import type { Event, EventFilter } from './model.ts';

const readKind = jsonReader(Type.Union([Type.Literal('apiKey'), Type.Literal('serviceAccount')]));
const readDetails = jsonTextReader(Type.Record(Type.String(), Type.String()));

export async function insertEvent(transaction: Transaction, event: Event): Promise<void> {
  await insert(transaction, {
    id: event.id,
    event_type_name: event.eventTypeName,
    created_at: event.createdAt,
    org_id: event.orgId,
    group_id: event.groupId ?? null,
    caller_kind: event.caller.kind,
    caller_id: event.caller.id,
    caller_name: event.caller.name,
    remote_address: event.remoteAddress ?? null,
    operation_id: event.operationId,
    details: JSON.stringify(event.details),
  });
}

const insert = compiledInsert('events');

/** Returns a page of the events, newest first. */
export async function selectEvents(database: Database, filter: EventFilter, page: PageRequest): Promise<Page<Event>> {
  const query = matching(database, filter).selectAll().orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows) => rows.map(eventOf));
}

export async function selectEvent(database: Database, scope: EventFilter['scope'], id: Id): Promise<Event | undefined> {
  const all = { scope, eventTypeNames: [], minDate: undefined, maxDate: undefined };
  const row = await matching(database, all).selectAll().where('id', '=', id).executeTakeFirst();
  return row && eventOf(row);
}

/** Deletes at most `limit` of the oldest events, of those with ids below this one. @returns their number. */
export async function deleteOldest(transaction: Transaction, before: Id, limit: number): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('events')
    .where('id', 'in', (query) =>
      query.selectFrom('events').select('id').where('id', '<', before).orderBy('id').limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Returns the id of the oldest of the `count` newest events; undefined if there are fewer. */
export async function oldestOf(database: Database, count: number): Promise<Id | undefined> {
  const row = await database
    .selectFrom('events')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .offset(count - 1)
    .executeTakeFirst();
  return row?.id;
}

function matching(database: Database, { scope, eventTypeNames, minDate, maxDate }: EventFilter) {
  const all = database.selectFrom('events');
  let query = 'orgId' in scope ? all.where('org_id', '=', scope.orgId) : all.where('group_id', '=', scope.groupId);
  if (eventTypeNames.length > 0) query = query.where('event_type_name', 'in', eventTypeNames);
  if (minDate !== undefined) query = query.where('created_at', '>=', minDate);
  if (maxDate !== undefined) query = query.where('created_at', '<=', maxDate);
  return query;
}

function eventOf(row: Selectable<Schema['events']>): Event {
  return {
    id: row.id,
    eventTypeName: row.event_type_name,
    createdAt: row.created_at,
    orgId: row.org_id,
    groupId: row.group_id ?? undefined,
    caller: {
      kind: storedValue('events.caller_kind', readKind, row.caller_kind),
      id: row.caller_id,
      name: row.caller_name,
    },
    remoteAddress: row.remote_address ?? undefined,
    operationId: row.operation_id,
    details: storedValue('events.details', readDetails, row.details),
  };
}
