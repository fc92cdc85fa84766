import { Option } from 'commander';
import type { JsonObject } from '../../../kernel/json.ts';
import { CLOUD_PROVIDERS, storageAccountOf, type CloudProvider } from '../../../object-store/addressing.ts';
import {
  addClientOptions,
  addExamples,
  openSession,
  printJson,
  required,
  wantsJson,
  type AddCommand,
  type Session,
} from '../../command.ts';
import { readAwsRole, readAzureRole, readGcpRole, readRoleDetails } from '../../documents.ts';
import { awsGrant } from '../../role-grants/aws.ts';
import { azureGrant } from '../../role-grants/azure.ts';
import type { RoleGrant } from '../../role-grants/contract.ts';
import { gcpGrant } from '../../role-grants/gcp.ts';
import { Unserved } from '../../unserved.ts';

interface CreateOptions {
  readonly provider: CloudProvider;
  readonly bucket: string;
  readonly iamRoleName: string;
  readonly serviceUrl?: string;
  readonly azureAppId?: string;
  readonly azureServicePrincipalId?: string;
  readonly azureTenantId?: string;
}

/** A role that the server has created, and what its owner has to do if the provider is a cloud. */
interface Created {
  readonly id: string;
  /** The server's own document. */
  readonly document: JsonObject;
  readonly grant: RoleGrant;
}

const PATH = '/cloudProviderAccess';

async function create({ client, path }: Session, options: CreateOptions): Promise<Created> {
  const { bucket, iamRoleName, provider: providerName } = options;
  switch (providerName) {
    case 'AWS': {
      const role = await client.request(readAwsRole, 'POST', path(PATH), { providerName });
      const { roleId, atlasAWSAccountArn: accountArn, atlasAssumedRoleExternalId: externalId } = role;
      const grant = awsGrant({ roleId, bucketName: bucket, iamRoleName, accountArn, externalId });
      return { id: roleId, document: role, grant };
    }
    case 'AZURE': {
      const serviceUrl = required(options.serviceUrl, '--service-url', 'which storage account the container is in');
      const ids = {
        atlasAzureAppId: required(options.azureAppId, '--azure-app-id', 'which application Longshore runs as'),
        servicePrincipalId: required(
          options.azureServicePrincipalId,
          '--azure-service-principal-id',
          'which service principal of the application gets the permission',
        ),
        tenantId: required(options.azureTenantId, '--azure-tenant-id', 'which tenant gives the access tokens'),
      };
      const { account } = storageAccountOf(serviceUrl);
      const role = await client.request(readAzureRole, 'POST', path(PATH), { providerName, ...ids });
      const { _id: roleId, servicePrincipalId: principalId } = role;
      const grant = azureGrant({ roleId, container: bucket, serviceUrl, account, principalId });
      return { id: roleId, document: role, grant };
    }
    case 'GCP': {
      const role = await client.request(readGcpRole, 'POST', path(PATH), { providerName });
      const { roleId, gcpServiceAccountForAtlas: serviceAccount } = role;
      return { id: roleId, document: role, grant: gcpGrant({ roleId, bucketName: bucket, serviceAccount }) };
    }
  }
}

/** Why nothing has to be set up at the provider; undefined: it has to be. @param kind what the provider is on the server. */
function whyNothingToSetUp(kind: string | undefined, provider: CloudProvider): string | undefined {
  if (kind === 'local') return `this server keeps the buckets of ${provider} in directories of its own`;
  return kind === 's3' ? 'this server writes to its store with an access key of its own' : undefined;
}

function instructions({ id, grant }: Created): string {
  const documents = grant.documents.map(({ title, json }) => `${title}:\n${JSON.stringify(json, undefined, 2)}\n\n`);
  return (
    `Role ${id} is created.\n\n${documents.join('')}` +
    `${grant.commandsTitle}:\n${grant.commands.join('\n')}\n\nThen: ${grant.next}\n`
  );
}

export const addRoleCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('create a role for a bucket, and print what the owner of the bucket has to do at the cloud provider')
    .requiredOption('--bucket <NAME>', 'name of the bucket or container that may be written through the role')
    .addOption(
      new Option('--provider <PROVIDER>', 'cloud provider of the bucket').choices(CLOUD_PROVIDERS).default('AWS'),
    )
    .option('--iam-role-name <NAME>', 'name of the IAM role, for AWS', 'longshore-export')
    .option('--service-url <URL>', 'URL of the storage account, for Azure: https://<account>.blob.core.windows.net')
    .option('--azure-app-id <ID>', 'id of the application that Longshore runs as, for Azure')
    .option('--azure-service-principal-id <ID>', 'object id of the service principal of that application')
    .option('--azure-tenant-id <ID>', 'id of the tenant of that service principal')
    .action(async (options: CreateOptions) => {
      const session = await openSession(command, surroundings);
      const created = await create(session, options);
      const { id, document, grant } = created;
      const unserved = new Unserved();
      const details = await unserved.ask('stores of roles', () =>
        session.client.request(readRoleDetails, 'GET', session.extensionPath(`${PATH}/${id}`)),
      );
      unserved.tell(terminal);
      const nothing = whyNothingToSetUp(details?.kind, options.provider);
      if (wantsJson(command)) {
        const documents = Object.fromEntries(grant.documents.map(({ name, json }) => [name, json]));
        const toDo = nothing === undefined ? { ...documents, commands: grant.commands } : { commands: [] };
        printJson(terminal, { id, ...document, ...toDo });
      } else if (nothing === undefined) {
        terminal.out.write(instructions(created));
      } else {
        terminal.say(`Role ${id} is created and may be used. Nothing has to be set up, because ${nothing}.\n`);
      }
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore role create --bucket example-bucket',
    "longshore role create --bucket example-bucket --json | jq -r '.commands[]'",
    'longshore role create --provider GCP --bucket example-bucket',
    'longshore role create --provider AZURE --bucket exports --service-url https://account.blob.core.windows.net \\\n' +
      '    --azure-app-id ID --azure-service-principal-id ID --azure-tenant-id ID',
  ]);
};
