import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { withId } from '../../documents.ts';
import { findBucket } from '../../find.ts';
import { formatFacts } from '../../format.ts';

export const addBucketShow: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('show')
    .description('show a bucket, its provider and its role')
    .argument('<bucket>', 'name of the bucket, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const bucket = await findBucket(await openSession(command, surroundings), wanted);
      if (wantsJson(command)) {
        printJson(terminal, withId(bucket));
        return;
      }
      const { _id, bucketName, cloudProvider, iamRoleId, roleId, region, serviceUrl } = bucket;
      const facts = formatFacts(
        [
          ['id', _id],
          ['provider', cloudProvider],
          ['role', iamRoleId ?? roleId],
          ['region', region],
          ['service', serviceUrl],
        ],
        terminal.out.columns,
      );
      terminal.say(`Bucket ${bucketName ?? ''}\n${facts}`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore bucket show nightly']);
};
