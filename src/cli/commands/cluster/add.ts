import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRegisteredCluster } from '../../documents.ts';
import { describeRegistered } from '../../registered-cluster.ts';
import { addSourceOptions, sourceBody, sourceOf } from '../../source-options.ts';

export const addClusterAdd: AddCommand = (parent, surroundings) => {
  const { terminal, environment } = surroundings;
  const command = addSourceOptions(
    parent
      .command('add')
      .description('register a deployment, or what mongodump wrote of one, as a cluster')
      .argument('<name>', 'letters, digits and hyphens'),
    { isReadByServer: true },
  )
    .option('--allow-empty', 'take snapshots although there may be nothing to export')
    .option('--strict', 'fail snapshots with values that an export cannot show as they are stored')
    .action(async (name: string) => {
      const session = await openSession(command, surroundings);
      const source = sourceBody(await sourceOf(command, environment));
      const path = session.extensionPath('/clusters');
      const { allowEmpty = false, strict = false } = command.opts<{ allowEmpty?: true; strict?: true }>();
      const cluster = await session.client.request(readRegisteredCluster, 'POST', path, {
        name,
        allowEmpty,
        strict,
        ...source,
      });
      if (wantsJson(command)) printJson(terminal, cluster);
      else terminal.say(describeRegistered('is registered', cluster));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore cluster add Cluster0 --mongodump /backups/2026-08-10',
    'longshore cluster add Cluster0 --archive /backups/2026-08-10.archive.gz',
    'MONGODB_URI=mongodb://db/ longshore cluster add Cluster0 --mongodb-uri-env MONGODB_URI',
    'pass show mongodb/uri | longshore cluster add Cluster0 --mongodb-uri-file -',
  ]);
};
