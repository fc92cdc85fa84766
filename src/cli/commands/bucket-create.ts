import {
  addClientOptions,
  addExamples,
  addOptions,
  openSession,
  printJson,
  required,
  wantsJson,
  type AddCommand,
} from '../command.ts';
import { readExportBucket } from '../documents.ts';

export const addBucketCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('grant access to a bucket for exporting snapshots')
    .argument('<name>', 'name of the bucket, as S3 takes one')
    .action(async (bucketName: string) => {
      const { client, path, roleId } = openSession(command, surroundings);
      const iamRoleId = required(roleId, '--role', 'which role may write the bucket');
      const body = { bucketName, cloudProvider: 'AWS', iamRoleId };
      const bucket = await client.request(readExportBucket, 'POST', path('/backup/exportBuckets'), body);
      if (wantsJson(command)) printJson(terminal, bucket);
      else terminal.out.write(`Bucket ${bucketName} may be exported to (id ${bucket._id}).\n`);
    });
  addOptions(command, ['roleId']);
  addClientOptions(command);
  addExamples(command, [
    'longshore bucket create example-bucket',
    'longshore bucket create example-bucket --json | jq -r ._id',
  ]);
};
