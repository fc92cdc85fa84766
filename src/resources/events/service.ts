import { callerName, type Change, type RecordChange } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { recordingChange, type ChangeDetails, type Database } from '../../metastore/index.ts';
import { eventNotFound } from './errors.ts';
import type { Event, EventFilter } from './model.ts';
import * as table from './table.ts';

export interface EventsDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export type EventService = ReturnType<typeof createService>;

export function createService({ database, clock }: EventsDependencies) {
  const recordChange: RecordChange = async (change, work) =>
    await recordingChange(async (transaction, described) => {
      await table.insertEvent(transaction, eventOf(change, described, clock.now()));
    }, work);

  return {
    recordChange,

    async list(filter: EventFilter, page: PageRequest): Promise<Page<Event>> {
      return await table.selectEvents(database, filter, page);
    },

    /** @throws ApiError `EVENT_NOT_FOUND` */
    async requireEvent(scope: EventFilter['scope'], id: Id): Promise<Event> {
      const event = await table.selectEvent(database, scope, id);
      if (event === undefined) throw eventNotFound(id);
      return event;
    },
  };
}

function eventOf(change: Change, described: ChangeDetails, now: number): Event {
  const { groupId, ...details } = { ...change.parameters, ...described };
  return {
    id: newId(now),
    eventTypeName: change.eventTypeName,
    createdAt: now,
    orgId: change.orgId,
    groupId,
    caller: { kind: change.caller.kind, id: change.caller.id, name: callerName(change.caller) },
    remoteAddress: change.remoteAddress,
    operationId: change.operationId,
    details,
  };
}
