import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { readWebhook } from '../../webhook-documents.ts';

export const addWebhookList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the webhooks of the project')
    .action(async () => {
      const { client, extensionPath } = await openSession(command, surroundings);
      const webhooks = await client.list(readWebhook, extensionPath('/webhooks'));
      if (wantsJson(command)) {
        printJson(terminal, webhooks);
        return;
      }
      const rows = webhooks.map(({ id, name, url, eventTypes }) => [name, printable(url), id, eventTypes.join(' ')]);
      const fit = { columns: terminal.out.columns, leaveOut: ['EVENTS', 'ID'] };
      terminal.out.write(formatTable(['NAME', 'URL', 'ID', 'EVENTS'], rows, fit));
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook list']);
};
