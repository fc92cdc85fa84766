import { Option } from 'commander';
import { writePrivateFile } from '../../../app/private-file.ts';
import type { WebhookEventType } from '../../../resources/webhooks/index.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { requirePlaceForSecret } from '../../new-key.ts';
import { readCreatedWebhook } from '../../webhook-documents.ts';

/** The events of this version. */
const EVENTS = [
  'export.successful',
  'export.failed',
  'export.cancelled',
  'export.overdue',
  'snapshot.failed',
  'drill.ended',
] as const satisfies readonly WebhookEventType[];

interface CreateOptions {
  readonly event?: readonly string[];
  readonly save?: string;
}

export const addWebhookCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('send signed events to a URL when exports end or are overdue, snapshots fail and drills end')
    .argument('<name>', 'a name of letters, digits and hyphens')
    .argument('<url>', 'the URL, without credentials, to which signed events are sent')
    .addOption(new Option('--event <TYPE...>', 'the events; absent: all').choices(EVENTS))
    .option(
      '--save <FILE>',
      'write the secret to this new file, which only you may read; needed unless the output is a terminal',
    )
    .action(async (name: string, url: string) => {
      const { event: eventTypes, save } = command.opts<CreateOptions>();
      requirePlaceForSecret(terminal, save, 'the secret');
      const { client, extensionPath } = await openSession(command, surroundings);
      const body = { name, url, ...(eventTypes === undefined ? {} : { eventTypes: [...eventTypes] }) };
      const created = await client.request(readCreatedWebhook, 'POST', extensionPath('/webhooks'), body);
      const { secret, ...webhook } = created;
      if (save !== undefined) writePrivateFile(save, `${secret}\n`);
      if (wantsJson(command)) {
        printJson(terminal, { ...webhook, ...(save === undefined ? {} : { secretFile: save }) });
        return;
      }
      const shown = save === undefined ? `${secret} (shown this once)` : `in ${save}`;
      terminal.say(
        `Webhook ${name} is created (id ${webhook.id}).\n  secret  ${shown}\nTry it: longshore webhook test ${name}\n`,
      );
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore webhook create ops https://ops.example.com/longshore',
    'longshore webhook create pager https://pager.example.com/hook --event export.failed export.overdue --save pager.secret',
  ]);
};
