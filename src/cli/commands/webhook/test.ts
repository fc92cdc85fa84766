import { AppError } from '../../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findWebhook } from '../../find.ts';
import { createProgress } from '../../progress.ts';
import { watch } from '../../watch.ts';
import { readDelivery } from '../../webhook-documents.ts';

export const addWebhookTest: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('test')
    .description('send a test event; the exit code is 0 only if the receiver accepts it at the first attempt')
    .argument('<webhook>', 'name of the webhook, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { id, name } = await findWebhook(session, wanted);
      const path = session.extensionPath(`/webhooks/${id}`);
      const sent = await session.client.request(readDelivery, 'POST', `${path}/test`);
      const delivery = await watch({
        read: () => session.client.request(readDelivery, 'GET', `${path}/deliveries/${sent.id}`),
        hasEnded: ({ state, waiting }) => state !== 'queued' || waiting !== undefined,
        describe: ({ state }) => ({ state }),
        progress: createProgress(terminal, 'webhook', clock),
        signal,
      });
      if (wantsJson(command)) printJson(terminal, delivery);
      const reason = delivery.message ?? delivery.waiting?.message;
      if (reason !== undefined) {
        throw new AppError({
          code: 'WEBHOOK_FAILED',
          message: `the test event was not accepted: ${reason}`,
          hint:
            delivery.state === 'queued'
              ? `It is sent again for some days; \`longshore webhook show ${name}\` says when.`
              : 'It is not sent again. Do what is said above, then run the test again.',
        });
      }
      if (!wantsJson(command)) terminal.say(`Webhook ${name} has accepted the test event ${delivery.id}.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore webhook test ops']);
};
