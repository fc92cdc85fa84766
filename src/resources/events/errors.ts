import { defineError } from '../../http/index.ts';

export const eventNotFound = defineError(
  'EVENT_NOT_FOUND',
  404,
  (eventId: string) => `No event with ID ${eventId} exists.`,
);
