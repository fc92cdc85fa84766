import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readExportBucket } from '../../documents.ts';
import { formatTable } from '../../format.ts';

export const addBucketList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the buckets of the project')
    .action(async () => {
      const { client, path } = openSession(command, surroundings);
      const buckets = await client.list(readExportBucket, path('/backup/exportBuckets'));
      if (wantsJson(command)) {
        printJson(terminal, buckets);
        return;
      }
      const rows = buckets.map(({ _id, bucketName, cloudProvider }) => [bucketName ?? '', _id, cloudProvider]);
      terminal.out.write(formatTable(['NAME', 'ID', 'PROVIDER'], rows));
    });
  addClientOptions(command);
  addExamples(command, ['longshore bucket list', "longshore bucket list --json | jq -r '.[]._id'"]);
};
