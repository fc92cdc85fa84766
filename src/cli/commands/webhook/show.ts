import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findWebhook } from '../../find.ts';
import { formatCount, formatFacts, formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { describeTroubles, type NamedTrouble } from '../../trouble.ts';
import { readDelivery, type Delivery } from '../../webhook-documents.ts';
import { fitting } from '../../terminal.ts';

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
      const facts = formatFacts(
        [
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
        ],
        terminal.out.columns,
      );
      const shown = deliveries.slice(0, SHOWN);
      const rows = shown.map((delivery) => [delivery.id, delivery.eventType, delivery.state, delivery.createdAt]);
      const fit = fitting(terminal, ['CREATED', 'DELIVERY']);
      terminal.say(`Webhook ${name}\n${facts}`);
      if (rows.length === 0) return;
      terminal.say(`\n${formatTable(['DELIVERY', 'EVENT', 'STATE', 'CREATED'], rows, fit)}`);
      terminal.say(describeTroubles(differentTroubles(shown), clock.now()));
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook show ops', 'longshore webhook show ops --json | jq .deliveries[0].waiting']);
};

/** The troubles of the deliveries. Each reason is named once, because a receiver that is down refuses all of them alike. */
function differentTroubles(deliveries: readonly Delivery[]): readonly NamedTrouble[] {
  const byReason = Map.groupBy(
    deliveries,
    ({ message, waiting, lastFailure }) => message ?? waiting?.message ?? lastFailure?.message,
  );
  return [...byReason].flatMap(([reason, [first, ...more]]) => {
    if (reason === undefined || first === undefined) return [];
    const { id, eventType, message: failed, waiting, lastFailure } = first;
    const others = more.length === 0 ? '' : `, and ${more.length} more,`;
    return [{ name: `${eventType} ${id}${others}`, failed, waiting, lastFailure }];
  });
}
