import { listReply, NOTHING, pageOf, version, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { WebhookService } from './service.ts';
import {
  CountedWebhookSchema,
  CreatedWebhookSchema,
  decodeWebhook,
  DeliverySchema,
  encodeCountedWebhook,
  encodeDelivery,
  encodeWebhook,
  WebhookBody,
} from './wire-longshore.ts';

/** As Atlas's integrations with other services: a webhook makes the server send requests, and its URL may be a secret. */
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;
const ALL = '/groups/:groupId/webhooks';
const ONE = `${ALL}/:webhookId` as const;
const DELIVERIES = `${ONE}/deliveries` as const;

export function createOperations(webhooks: WebhookService): readonly Operation[] {
  return [
    {
      id: 'listWebhooks',
      summary: 'Returns the webhooks of a project',
      method: 'GET',
      path: ALL,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(CountedWebhookSchema),
          async handle(request) {
            const page = await webhooks.list(request.param('groupId'), request.page());
            return listReply(request, mapPage(page, encodeCountedWebhook));
          },
        }),
      ],
    },
    {
      id: 'createWebhook',
      summary: 'Creates a webhook, and returns its secret this once',
      method: 'POST',
      path: ALL,
      access: OWN,
      event: 'WEBHOOK_CREATED',
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: 'longshore-v1',
          body: WebhookBody,
          answers: { status: 201, body: CreatedWebhookSchema },
          async handle(request) {
            const { secret, ...webhook } = await webhooks.create(request.param('groupId'), decodeWebhook(request.body));
            return { status: 201, body: { ...encodeWebhook(webhook), secret } };
          },
        }),
      ],
    },
    {
      id: 'getWebhook',
      summary: 'Returns one webhook',
      method: 'GET',
      path: ONE,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: CountedWebhookSchema },
          async handle(request) {
            const webhook = await webhooks.show(request.param('groupId'), request.param('webhookId'));
            return { status: 200, body: encodeCountedWebhook(webhook) };
          },
        }),
      ],
    },
    {
      id: 'deleteWebhook',
      summary: 'Deletes a webhook, and what was not delivered to it yet',
      method: 'DELETE',
      path: ONE,
      access: OWN,
      event: 'WEBHOOK_DELETED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: NOTHING,
          async handle(request) {
            await webhooks.remove(request.param('groupId'), request.param('webhookId'));
            return { status: 204 };
          },
        }),
      ],
    },
    {
      id: 'testWebhook',
      summary: 'Sends a test event to a webhook',
      method: 'POST',
      path: `${ONE}/test`,
      access: OWN,
      event: 'WEBHOOK_TESTED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 201, body: DeliverySchema },
          async handle(request) {
            const delivery = await webhooks.test(request.param('groupId'), request.param('webhookId'));
            return { status: 201, body: encodeDelivery(delivery) };
          },
        }),
      ],
    },
    {
      id: 'listWebhookDeliveries',
      summary: 'Returns what was sent to a webhook in the last 30 days, newest first',
      method: 'GET',
      path: DELIVERIES,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(DeliverySchema),
          async handle(request) {
            const [groupId, webhookId] = [request.param('groupId'), request.param('webhookId')];
            const page = await webhooks.listDeliveries(groupId, webhookId, request.page());
            return listReply(request, mapPage(page, encodeDelivery));
          },
        }),
      ],
    },
    {
      id: 'getWebhookDelivery',
      summary: 'Returns one delivery to a webhook',
      method: 'GET',
      path: `${DELIVERIES}/:deliveryId`,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DeliverySchema },
          async handle(request) {
            const [webhookId, deliveryId] = [request.param('webhookId'), request.param('deliveryId')];
            const delivery = await webhooks.findDelivery(request.param('groupId'), webhookId, deliveryId);
            return { status: 200, body: encodeDelivery(delivery) };
          },
        }),
      ],
    },
  ];
}
