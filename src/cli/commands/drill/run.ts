import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { describeDrill } from '../../drill/describe.ts';
import { readDrill } from '../../drill/documents.ts';
import { drillFailed } from '../../drill/errors.ts';
import { findCluster } from '../../find.ts';
import { continues } from '../../interrupted.ts';
import { createProgress } from '../../progress.ts';
import { watch } from '../../watch.ts';

interface Options {
  readonly to?: string;
  readonly databasePrefix?: string;
}

export const addDrillRun: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('run')
    .description('try whether the newest export of a cluster can be restored; the exit code is 0 only if it can')
    .argument('<cluster>', 'name of the cluster')
    .option('--to <CLUSTER>', 'a registered scratch cluster to restore to; absent: decode, count and hash only')
    .option('--database-prefix <TEXT>', 'the beginning of the names of the databases there (default: drill_)')
    .action(async (wanted: string) => {
      const { to, databasePrefix } = command.opts<Options>();
      const session = await openSession(command, surroundings);
      const { client, extensionPath } = session;
      const { name: clusterName, backup } = await findCluster(session, wanted);
      const drills = extensionPath(`${backup}/drills`);
      const target = to === undefined ? undefined : await findCluster(session, to);
      const body = {
        mode: target === undefined ? 'decode' : 'restore',
        ...(target === undefined ? {} : { targetClusterName: target.name }),
        ...(databasePrefix === undefined ? {} : { databasePrefix }),
      };
      const { id } = await client.request(readDrill, 'POST', drills, body);
      const drill = await watch({
        read: () => client.request(readDrill, 'GET', `${drills}/${id}`),
        hasEnded: ({ state }) => state === 'ended',
        describe: ({ state }) => ({ state }),
        progress: createProgress(terminal, 'drill', clock),
        signal,
        aftermath: continues(session, 'drill', { clusterName, id }, { 'drill show': 'shows it' }),
      });
      if (wantsJson(command)) printJson(terminal, drill);
      else terminal.say(describeDrill(drill));
      if (drill.outcome !== 'passed') throw drillFailed(drill);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore drill run Cluster0',
    'longshore drill run Cluster0 --to scratch --json | jq -r .outcome',
  ]);
};
