import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readCluster } from '../../documents.ts';

interface CreateOptions {
  readonly size: string;
  readonly region: string;
}

export const addClusterCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description(
      "create a cluster with the data of the server's template, as Atlas's clients do; cluster add registers a deployment",
    )
    .argument('<name>', 'name of the cluster')
    .option('--size <SIZE>', 'size of its machines, which is only shown', 'M10')
    .option('--region <REGION>', 'region of AWS, which is only shown', 'US_EAST_1')
    .action(async (name: string, { size, region }: CreateOptions) => {
      const session = await openSession(command, surroundings);
      const electableSpecs = { instanceSize: size, nodeCount: 3 };
      const cluster = await session.client.request(readCluster, 'POST', session.path('/clusters'), {
        backupEnabled: true,
        clusterType: 'REPLICASET',
        name,
        replicationSpecs: [
          { regionConfigs: [{ electableSpecs, priority: 7, providerName: 'AWS', regionName: region }] },
        ],
      });
      if (wantsJson(command)) printJson(terminal, cluster);
      else terminal.say(`Cluster ${name} is created (MongoDB ${cluster.mongoDBVersion}, id ${cluster.id}).\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore cluster create Cluster0', 'longshore cluster create Cluster0 --size M30']);
};
