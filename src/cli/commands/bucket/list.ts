import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { withId } from '../../documents.ts';
import { listBuckets } from '../../find.ts';
import { formatTable } from '../../format.ts';
import { fitting } from '../../terminal.ts';

export const addBucketList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the buckets of the project')
    .action(async () => {
      const buckets = await listBuckets(await openSession(command, surroundings));
      if (wantsJson(command)) {
        printJson(terminal, buckets.map(withId));
        return;
      }
      const rows = buckets.map(({ _id, bucketName, cloudProvider }) => [bucketName ?? '', _id, cloudProvider]);
      const fit = fitting(terminal, ['PROVIDER', 'ID']);
      terminal.say(formatTable(['NAME', 'ID', 'PROVIDER'], rows, fit));
    });
  addClientOptions(command);
  addExamples(command, ['longshore bucket list', "longshore bucket list --json | jq -r '.[].id'"]);
};
