import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRoles } from '../../documents.ts';
import { formatTable } from '../../format.ts';
import { fitting } from '../../terminal.ts';

export const addRoleList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the roles of the project')
    .action(async () => {
      const { client, path } = await openSession(command, surroundings);
      const roles = await client.request(readRoles, 'GET', path('/cloudProviderAccess'));
      if (wantsJson(command)) {
        // Every document of `--json` has an `id`. Atlas's documents of roles have others.
        const { awsIamRoles, azureServicePrincipals, gcpServiceAccounts } = roles;
        printJson(terminal, {
          awsIamRoles: awsIamRoles.map((role) => ({ id: role.roleId, ...role })),
          azureServicePrincipals: azureServicePrincipals.map((role) => ({ id: role._id, ...role })),
          gcpServiceAccounts: gcpServiceAccounts.map((role) => ({ id: role.roleId, ...role })),
        });
        return;
      }
      const { awsIamRoles, azureServicePrincipals, gcpServiceAccounts } = roles;
      terminal.say(
        formatTable(
          ['ID', 'PROVIDER', 'AUTHORIZED', 'IDENTITY'],
          [
            ...awsIamRoles.map((role) => [
              role.roleId,
              'AWS',
              role.authorizedDate === null ? 'no' : 'yes',
              role.iamAssumedRoleArn ?? '',
            ]),
            ...azureServicePrincipals.map((role) => [role._id, 'AZURE', 'yes', role.servicePrincipalId]),
            ...gcpServiceAccounts.map((role) => [role.roleId, 'GCP', 'yes', role.gcpServiceAccountForAtlas]),
          ],
          fitting(terminal, ['IDENTITY', 'AUTHORIZED']),
        ),
      );
    });
  addClientOptions(command);
  addExamples(command, ['longshore role list', "longshore role list --json | jq -r '.awsIamRoles[].roleId'"]);
};
