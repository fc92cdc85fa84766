import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';

export const addBucketDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('take the access to a bucket back; what was exported to it stays')
    .argument('<id>', 'id of the bucket, as `bucket list` shows it')
    .action(async (id: string) => {
      const { client, path } = openSession(command, surroundings);
      await client.request(() => undefined, 'DELETE', path(`/backup/exportBuckets/${encodeURIComponent(id)}`));
      if (wantsJson(command)) printJson(terminal, { deleted: id });
      else terminal.out.write(`Bucket ${id} is not exported to any more.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore bucket delete 66b5…']);
};
