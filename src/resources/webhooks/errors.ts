import { defineError } from '../../http/index.ts';

export const webhookNotFound = defineError(
  'WEBHOOK_NOT_FOUND',
  404,
  (webhookId: string, groupId: string) => `No webhook with ID ${webhookId} exists in project ${groupId}.`,
);
export const webhookNameTaken = defineError(
  'WEBHOOK_ALREADY_EXISTS',
  409,
  (name: string) => `A webhook with the name ${name} exists in the project already.`,
);
export const webhookUrlInvalid = defineError(
  'WEBHOOK_URL_INVALID',
  400,
  (reason: string) => `The URL of the webhook cannot be used: ${reason}.`,
);
export const tooManyWebhooks = defineError(
  'TOO_MANY_WEBHOOKS',
  400,
  (limit: string) => `A project has at most ${limit} webhooks. Delete one first.`,
);
export const deliveryNotFound = defineError(
  'WEBHOOK_DELIVERY_NOT_FOUND',
  404,
  (deliveryId: string, webhookId: string) => `No delivery with ID ${deliveryId} to webhook ${webhookId} exists.`,
);
