import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findBucket } from '../../find.ts';

export const addBucketDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('revoke the access to a bucket; what was exported to it stays')
    .argument('<bucket>', 'name of the bucket, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { _id: id, bucketName = id } = await findBucket(session, wanted);
      await session.client.request(() => undefined, 'DELETE', session.path(`/backup/exportBuckets/${id}`));
      if (wantsJson(command)) printJson(terminal, { id, deleted: true });
      else terminal.say(`Bucket ${bucketName} is not exported to any more.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore bucket delete nightly']);
};
