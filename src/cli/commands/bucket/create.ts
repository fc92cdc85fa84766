import { Option } from 'commander';
import { CLOUD_PROVIDERS } from '../../../object-store/addressing.ts';
import {
  addClientOptions,
  addExamples,
  addOptions,
  openSession,
  printJson,
  wantsJson,
  type AddCommand,
} from '../../command.ts';
import { withId } from '../../documents.ts';
import { ensureBucket, type BucketOptions } from '../../ensure-bucket.ts';

export const addBucketCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('grant access to a bucket for exporting snapshots; does nothing if the project has the bucket already')
    .argument('<name>', 'name of the bucket, as its provider takes one; of Azure, the name of the container')
    .addOption(
      new Option('--provider <PROVIDER>', 'cloud provider of the bucket').choices(CLOUD_PROVIDERS).default('AWS'),
    )
    .option('--service-url <URL>', 'URL of the storage account, for Azure: https://<account>.blob.core.windows.net')
    .action(async (bucketName: string, options: BucketOptions) => {
      const { bucket, isNew } = await ensureBucket(await openSession(command, surroundings), bucketName, options);
      if (wantsJson(command)) printJson(terminal, withId(bucket));
      else if (isNew) terminal.say(`Bucket ${bucketName} may be exported to (id ${bucket._id}).\n`);
      else {
        terminal.say(
          `Bucket ${bucketName} may be exported to already (id ${bucket._id}).\n` +
            `Nothing was written to it. Try it: longshore bucket validate ${bucketName}\n`,
        );
      }
    });
  addOptions(command, ['roleId']);
  addClientOptions(command);
  addExamples(command, [
    'longshore bucket create example-bucket',
    'longshore bucket create example-bucket --json | jq -r .id',
    'longshore bucket create example-bucket --provider GCP --role ID',
    'longshore bucket create exports --provider AZURE --service-url https://account.blob.core.windows.net --role ID',
  ]);
};
