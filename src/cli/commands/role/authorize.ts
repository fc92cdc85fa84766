import {
  addClientOptions,
  addExamples,
  openSession,
  printJson,
  required,
  wantsJson,
  type AddCommand,
} from '../../command.ts';
import { readRoleDetails } from '../../documents.ts';
import { findRole } from '../../find.ts';
import { Unserved } from '../../unserved.ts';

export const addRoleAuthorize: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('authorize')
    .description('authorize a role: that of AWS with its IAM role, others after their permission was granted')
    .argument('<role>', 'id of the role, a unique beginning of the id, or what it stands for')
    .option('--arn <ARN>', 'ARN of the IAM role, for AWS')
    .action(async (wanted: string, { arn }: { readonly arn?: string }) => {
      const session = await openSession(command, surroundings);
      const { client, path, extensionPath } = session;
      const { id, provider: providerName } = await findRole(session, wanted);
      const one = `/cloudProviderAccess/${id}`;
      const iamRole =
        providerName === 'AWS'
          ? { iamAssumedRoleArn: required(arn, '--arn', 'which IAM role Longshore assumes') }
          : undefined;
      await client.request(() => undefined, 'PATCH', path(one), { providerName, ...iamRole });
      const unserved = new Unserved();
      const role = await unserved.ask('warnings about IAM roles', () =>
        client.request(readRoleDetails, 'GET', extensionPath(one)),
      );
      unserved.tell(terminal);
      for (const warning of role?.warnings ?? []) terminal.note(`longshore: ${warning}\n`);
      if (wantsJson(command)) printJson(terminal, { id, ...role, ...unserved.attribute });
      else
        terminal.say(`Role ${id} is authorized${iamRole === undefined ? '' : ` with ${iamRole.iamAssumedRoleArn}`}.\n`);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore role authorize 6b0a90fa --arn arn:aws:iam::123456789012:role/longshore-export',
    'longshore role authorize 6b0a90fa --arn arn:aws:iam::123456789012:role/longshore-export --json | jq .warnings',
    'longshore role authorize 6b0a90fa',
  ]);
};
