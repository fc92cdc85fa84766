import { Option } from 'commander';
import { CLOUD_PROVIDERS, type CloudProvider } from '../../../object-store/addressing.ts';
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

interface AuthorizeOptions {
  readonly provider: CloudProvider;
  readonly arn?: string;
}

export const addRoleAuthorize: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('authorize')
    .description('authorize a role: one of AWS with its IAM role, and the others after the grant of their permission')
    .argument('<id>', 'id of the role, as `role list` shows it')
    .addOption(
      new Option('--provider <provider>', 'cloud provider of the role').choices(CLOUD_PROVIDERS).default('AWS'),
    )
    .option('--arn <arn>', 'ARN of the IAM role, for AWS')
    .action(async (id: string, { provider: providerName, arn }: AuthorizeOptions) => {
      const { client, path, extensionPath } = openSession(command, surroundings);
      const one = `/cloudProviderAccess/${encodeURIComponent(id)}`;
      const iamRole =
        providerName === 'AWS'
          ? { iamAssumedRoleArn: required(arn, '--arn', 'which IAM role Longshore assumes') }
          : undefined;
      await client.request(() => undefined, 'PATCH', path(one), { providerName, ...iamRole });
      const role = await client.request(readRoleDetails, 'GET', extensionPath(one));
      for (const warning of role.warnings) terminal.err.write(`longshore: ${warning}\n`);
      if (wantsJson(command)) printJson(terminal, role);
      else
        terminal.out.write(
          `Role ${id} is authorized${iamRole === undefined ? '' : ` with ${iamRole.iamAssumedRoleArn}`}.\n`,
        );
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore role authorize 66b5… --arn arn:aws:iam::123456789012:role/longshore-export',
    'longshore role authorize 66b5… --arn arn:aws:iam::123456789012:role/longshore-export --json | jq .warnings',
    'longshore role authorize 66b5… --provider GCP',
  ]);
};
