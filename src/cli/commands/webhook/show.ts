import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findWebhook } from '../../find.ts';
import { formatCount, formatFacts, formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { describeTroubles } from '../../trouble.ts';
import { readDelivery, type Delivery } from '../../webhook-documents.ts';

/** Deliveries that are shown to people. */
const SHOWN = 10;

export const addWebhookShow: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('show')
    .description('show a webhook and what was sent to it last')
    .argument('<webhook>', 'name of the webhook, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const webhook = await findWebhook(session, wanted);
      const deliveries = await session.client.list(
        readDelivery,
        session.extensionPath(`/webhooks/${webhook.id}/deliveries`),
      );
      if (wantsJson(command)) {
        printJson(terminal, { ...webhook, deliveries });
        return;
      }
      const { name, id, url, eventTypes, createdAt, pendingDeliveries, pendingSince, failedDeliveries } = webhook;
      const facts = formatFacts([
        ['id', id],
        ['url', printable(url)],
        ['events', eventTypes.join(', ')],
        ['created', createdAt],
        ['delivered', webhook.lastDeliveredAt && `last at ${webhook.lastDeliveredAt}`],
        ['waiting', pendingSince && `${formatCount(pendingDeliveries, 'event')} since ${pendingSince}`],
        [
          'given up',
          webhook.lastFailedAt && `${formatCount(failedDeliveries, 'event')}, last at ${webhook.lastFailedAt}`,
        ],
      ]);
      const shown = deliveries.slice(0, SHOWN);
      const rows = shown.map((delivery) => [delivery.id, delivery.eventType, delivery.state, delivery.createdAt]);
      const fit = { columns: terminal.out.columns, leaveOut: ['CREATED', 'DELIVERY'] };
      terminal.out.write(`Webhook ${name}\n${facts}`);
      if (rows.length === 0) return;
      terminal.out.write(`\n${formatTable(['DELIVERY', 'EVENT', 'STATE', 'CREATED'], rows, fit)}`);
      terminal.out.write(describeTroubles(shown.map(troubleOf), clock.now()));
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook show ops', 'longshore webhook show ops --json | jq .deliveries[0].waiting']);
};

function troubleOf({ id, message, waiting, lastFailure }: Delivery) {
  return { name: id, failed: message, waiting, lastFailure };
}
