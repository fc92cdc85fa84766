import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { describeTroubles } from '../../trouble.ts';
import { readWebhook } from '../../webhook-documents.ts';
import { webhookTroubles } from '../../webhook-trouble.ts';
import { fitting } from '../../terminal.ts';

export const addWebhookList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the webhooks of the project, with how many events wait for them and how many were given up')
    .action(async () => {
      const { client, extensionPath } = await openSession(command, surroundings);
      const webhooks = await client.list(readWebhook, extensionPath('/webhooks'));
      if (wantsJson(command)) {
        printJson(terminal, webhooks);
        return;
      }
      const rows = webhooks.map(({ id, name, url, eventTypes, pendingDeliveries, failedDeliveries }) => [
        name,
        String(pendingDeliveries),
        String(failedDeliveries),
        printable(url),
        id,
        eventTypes.join(' '),
      ]);
      const fit = fitting(terminal, ['EVENTS', 'ID', 'URL'], 'URL');
      terminal.say(formatTable(['NAME', 'WAITING', 'FAILED', 'URL', 'ID', 'EVENTS'], rows, fit));
      const now = clock.now();
      const troubled = webhooks.flatMap((webhook) => webhookTroubles(webhook, now));
      terminal.say(describeTroubles(troubled, now));
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook list']);
};
