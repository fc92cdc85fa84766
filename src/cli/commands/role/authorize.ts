import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readAwsRole } from '../../documents.ts';

export const addRoleAuthorize: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('authorize')
    .description('authorize a role with the IAM role of AWS that it stands for')
    .argument('<id>', 'id of the role, as `role list` shows it')
    .requiredOption('--arn <arn>', 'ARN of the IAM role')
    .action(async (id: string, { arn }: { readonly arn: string }) => {
      const { client, path, extensionPath } = openSession(command, surroundings);
      const one = `/cloudProviderAccess/${encodeURIComponent(id)}`;
      const body = { providerName: 'AWS', iamAssumedRoleArn: arn };
      await client.request(readAwsRole, 'PATCH', path(one), body);
      const role = await client.request(readAwsRole, 'GET', extensionPath(one));
      for (const warning of role.warnings ?? []) terminal.err.write(`longshore: ${warning}\n`);
      if (wantsJson(command)) printJson(terminal, role);
      else terminal.out.write(`Role ${id} is authorized with ${arn}.\n`);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore role authorize 66b5… --arn arn:aws:iam::123456789012:role/longshore-export',
    'longshore role authorize 66b5… --arn arn:aws:iam::123456789012:role/longshore-export --json | jq .warnings',
  ]);
};
