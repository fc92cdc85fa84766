import { RefusedError } from '../../client.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRegisteredCluster } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { describeRegistered } from '../../registered-cluster.ts';
import { addSourceOptions, changedClusterBody, onlyRunning } from '../../source-options.ts';

export const addClusterUpdate: AddCommand = (parent, surroundings) => {
  const { terminal, environment } = surroundings;
  const command = addSourceOptions(
    parent
      .command('update')
      .description(
        'give a registered cluster another source, such as a connection string with a new password, or change what its snapshots ' +
          'permit; its snapshots, its schedule and the options that are not given stay',
      )
      .argument('<cluster>', 'name of the cluster'),
    { isReadByServer: true },
  )
    .option('--allow-empty', 'from now on, take snapshots although there may be nothing to export')
    .option('--no-allow-empty', 'from now on, refuse snapshots without anything to export')
    .option('--strict', 'from now on, fail a snapshot if an export cannot show a value as it is stored')
    .option('--no-strict', 'from now on, take such snapshots and count the values')
    .action(async (wanted: string) => {
      const { allowEmpty, strict } = command.opts<{ allowEmpty?: boolean; strict?: boolean }>();
      const choices = { ...(allowEmpty !== undefined && { allowEmpty }), ...(strict !== undefined && { strict }) };
      const body = await changedClusterBody(command, choices, environment);
      const session = await openSession(command, surroundings);
      const { name } = await findCluster(session, wanted);
      const path = session.extensionPath(`/clusters/${encodeURIComponent(name)}`);
      const cluster = await session.client
        .request(readRegisteredCluster, 'PATCH', path, body)
        .catch((thrown: unknown) => {
          // The server asks for the connection string that would make a dump a running deployment.
          throw thrown instanceof RefusedError && thrown.code === 'MISSING_ATTRIBUTE' ? onlyRunning(name) : thrown;
        });
      if (wantsJson(command)) printJson(terminal, cluster);
      else terminal.say(describeRegistered('is updated', cluster));
    });
  addClientOptions(command);
  addExamples(command, [
    'MONGODB_URI=mongodb://db/ longshore cluster update Cluster0 --mongodb-uri-env MONGODB_URI',
    'pass show mongodb/uri | longshore cluster update Cluster0 --mongodb-uri-file -',
    'longshore cluster update Cluster0 --read-rate 50',
    'longshore cluster update Cluster0 --no-strict',
  ]);
};
