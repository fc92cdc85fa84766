import { Option } from 'commander';
import type { JsonObject } from '../../../kernel/json.ts';
import { CLOUD_PROVIDERS } from '../../../object-store/addressing.ts';
import {
  addClientOptions,
  addExamples,
  addOptions,
  openSession,
  printJson,
  required,
  wantsJson,
  type AddCommand,
} from '../../command.ts';
import { readExportBucket } from '../../documents.ts';

interface CreateOptions {
  readonly provider: (typeof CLOUD_PROVIDERS)[number];
  readonly serviceUrl?: string;
}

/** The body of the request. Atlas names the role `iamRoleId` for AWS alone. @throws AppError `MISSING_OPTION` */
function bodyOf(bucketName: string, roleId: string, { provider, serviceUrl }: CreateOptions): JsonObject {
  const names = { bucketName, cloudProvider: provider };
  switch (provider) {
    case 'AWS':
      return { ...names, iamRoleId: roleId };
    case 'AZURE':
      return { ...names, roleId, serviceUrl: required(serviceUrl, '--service-url', 'which storage account it is in') };
    case 'GCP':
      return { ...names, roleId };
  }
}

export const addBucketCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('grant access to a bucket for exporting snapshots')
    .argument('<name>', 'name of the bucket, as its provider takes one; of Azure, the name of the container')
    .addOption(
      new Option('--provider <provider>', 'cloud provider of the bucket').choices(CLOUD_PROVIDERS).default('AWS'),
    )
    .option('--service-url <url>', 'URL of the storage account, for Azure: https://<account>.blob.core.windows.net')
    .action(async (bucketName: string, options: CreateOptions) => {
      const { client, path, roleId } = openSession(command, surroundings);
      const body = bodyOf(bucketName, required(roleId, '--role', 'which role may write the bucket'), options);
      const bucket = await client.request(readExportBucket, 'POST', path('/backup/exportBuckets'), body);
      if (wantsJson(command)) printJson(terminal, bucket);
      else terminal.out.write(`Bucket ${bucketName} may be exported to (id ${bucket._id}).\n`);
    });
  addOptions(command, ['roleId']);
  addClientOptions(command);
  addExamples(command, [
    'longshore bucket create example-bucket',
    'longshore bucket create example-bucket --json | jq -r ._id',
    'longshore bucket create example-bucket --provider GCP --role ID',
    'longshore bucket create exports --provider AZURE --service-url https://account.blob.core.windows.net --role ID',
  ]);
};
