import { quoted } from '../quoted.ts';
import type { RoleGrant } from './contract.ts';

/**
 * The smallest role of Azure itself that may write blobs. It may also read, list and delete them.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
 */
const WRITER = { name: 'Storage Blob Data Contributor', id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' };

/** Returns the role assignment with which a service principal may write to a container. */
export function azureGrant(wanted: {
  readonly roleId: string;
  readonly container: string;
  /** `https://<account>.blob.core.windows.net` */
  readonly serviceUrl: string;
  /** The name of the storage account. */
  readonly account: string;
  /** The object id of the service principal. */
  readonly principalId: string;
}): RoleGrant {
  const { roleId, container, serviceUrl, account, principalId } = wanted;
  const below = `blobServices/default/containers/${container}`;
  const assignment = {
    roleDefinitionName: WRITER.name,
    roleDefinitionId: WRITER.id,
    principalId,
    principalType: 'ServicePrincipal',
    scope: `/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Storage/storageAccounts/${account}/${below}`,
  };
  const accountId = `$(az storage account show --name ${quoted(account)} --query id --output tsv)`;
  return {
    documents: [{ name: 'roleAssignment', title: 'The role assignment on the container', json: assignment }],
    commands: [
      `az role assignment create --role ${quoted(WRITER.name)} --assignee-object-id ${quoted(principalId)} ` +
        `--assignee-principal-type ServicePrincipal --scope "${accountId}"${quoted(`/${below}`)}`,
    ],
    commandsTitle: 'With the Azure CLI, in the subscription of the storage account',
    next: `longshore bucket create ${quoted(container)} --provider AZURE --service-url ${quoted(serviceUrl)} --role ${roleId}`,
  };
}
