import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readAwsRole } from '../../documents.ts';
import { iamPolicies } from '../../iam-policies.ts';

interface CreateOptions {
  readonly bucket: string;
  readonly iamRoleName: string;
}

export const addRoleCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('create a role for a bucket of AWS, and print what its owner has to create in IAM')
    .requiredOption('--bucket <name>', 'name of the bucket that the IAM role may write')
    .option('--iam-role-name <name>', 'name of the IAM role', 'longshore-export')
    .action(async ({ bucket: bucketName, iamRoleName }: CreateOptions) => {
      const { client, path } = openSession(command, surroundings);
      const body = { providerName: 'AWS' };
      const role = await client.request(readAwsRole, 'POST', path('/cloudProviderAccess'), body);
      const { atlasAWSAccountArn: accountArn, atlasAssumedRoleExternalId: externalId } = role;
      const policies = iamPolicies({ bucketName, iamRoleName, accountArn, externalId });
      if (wantsJson(command)) {
        printJson(terminal, { ...role, ...policies });
        return;
      }
      if (role.authorizedDate !== null) {
        terminal.out.write(
          `Role ${role.roleId} is created, and it is authorized: this server needs no IAM role, because its AWS buckets are not in AWS.\n`,
        );
        return;
      }
      const json = (document: unknown): string => JSON.stringify(document, undefined, 2);
      terminal.out.write(
        `Role ${role.roleId} is created.\n\nThe trust policy of the IAM role:\n${json(policies.trustPolicy)}\n\n` +
          `Its permissions:\n${json(policies.permissionPolicy)}\n\n` +
          `Both with the AWS CLI, in the account of the bucket:\n${policies.commands.join('\n')}\n\n` +
          `Then: longshore role authorize ${role.roleId} --arn ARN-OF-THE-IAM-ROLE\n`,
      );
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore role create --bucket example-bucket',
    "longshore role create --bucket example-bucket --json | jq -r '.commands[]'",
  ]);
};
