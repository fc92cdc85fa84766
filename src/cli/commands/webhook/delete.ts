import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findWebhook } from '../../find.ts';

export const addWebhookDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a webhook, its secret and what is still to be sent to it')
    .argument('<webhook>', 'name of the webhook, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { id, name } = await findWebhook(session, wanted);
      await session.client.request(() => undefined, 'DELETE', session.extensionPath(`/webhooks/${id}`));
      if (wantsJson(command)) printJson(terminal, { id, deleted: true });
      else terminal.say(`Webhook ${name} is deleted.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook delete ops']);
};
