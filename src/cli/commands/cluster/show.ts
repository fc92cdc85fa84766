import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readCluster } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { formatFacts } from '../../format.ts';
import { listOverdueExports, readClusterState } from '../../cluster-state.ts';
import { describeTroubles } from '../../trouble.ts';
import { Unserved } from '../../unserved.ts';

export const addClusterShow: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('show')
    .description('show a cluster, its newest snapshot and export, and what is under way')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { client, path } = session;
      const { id, name } = await findCluster(session, wanted);
      const cluster = await client.request(readCluster, 'GET', path(`/clusters/${encodeURIComponent(name)}`));
      const unserved = new Unserved();
      const overdue = await listOverdueExports(session, unserved);
      const state = await readClusterState(session, { id, name }, overdue, unserved);
      unserved.tell(terminal);
      if (wantsJson(command)) {
        printJson(terminal, { ...cluster, backup: state.document, ...unserved.attribute });
        return;
      }
      const { document } = state;
      const facts = formatFacts(
        [
          ['id', cluster.id],
          ['MongoDB', cluster.mongoDBVersion],
          ['registered', cluster.createDate],
          ['snapshots', String(document.snapshots)],
          ['last taken', document.newestSnapshot ?? 'none'],
          ['exports', String(document.exports)],
          ['last export', document.newestExport ?? 'none'],
          ['under way', String(document.running)],
        ],
        terminal.out.columns,
      );
      terminal.say(`Cluster ${name}\n${facts}${describeTroubles(state.troubles, clock.now())}`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore cluster show Cluster0', 'longshore cluster show Cluster0 --json | jq .backup']);
};
