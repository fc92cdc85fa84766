import { Type } from 'typebox';
import { jsonReader } from '../../kernel/json-reader.ts';
import { listOverdueExports, readClusterState } from '../cluster-state.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../command.ts';
import { readCluster } from '../documents.ts';
import { listBuckets } from '../find.ts';
import { formatCount, formatTable } from '../format.ts';
import { describeTroubles } from '../trouble.ts';
import { listVisibleWebhooks, webhookTroubles } from '../webhook-trouble.ts';
import { clockTroubles, findServerTime } from '../server-time.ts';
import { fitting } from '../terminal.ts';
import { Unserved } from '../unserved.ts';

const HEADER = ['CLUSTER', 'SNAPSHOTS', 'NEWEST COMPLETED', 'EXPORTS', 'NEWEST SUCCESSFUL', 'RUNNING'];
const LEAVE_OUT = ['SNAPSHOTS', 'EXPORTS', 'NEWEST COMPLETED', 'RUNNING'];
const readGroup = jsonReader(Type.Object({ id: Type.String(), name: Type.String() }));

export const addStatus: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('status')
    .description(
      'show the project, each cluster with its newest snapshot and export, and what waits, has failed or is overdue',
    )
    .action(async () => {
      const session = await openSession(command, surroundings);
      const { client, path, url } = session;
      const project = await client.request(readGroup, 'GET', path(''));
      const buckets = await listBuckets(session);
      const unserved = new Unserved();
      const overdue = await listOverdueExports(session, unserved);
      const clusters = [];
      for (const { id, name } of await client.list(readCluster, path('/clusters'))) {
        clusters.push({ id, name, state: await readClusterState(session, { id, name }, overdue, unserved) });
      }
      const webhooks = await unserved.ask('webhooks', () => listVisibleWebhooks(session));
      const serverTime = await unserved.ask('jumps of its clock', () => findServerTime(session));
      unserved.tell(terminal);
      if (wantsJson(command)) {
        printJson(terminal, {
          url,
          groupId: project.id,
          projectName: project.name,
          buckets: buckets.length,
          clusters: clusters.map(({ id, name, state }) => ({ id, name, ...state.document })),
          webhooks,
          serverTime,
          ...unserved.attribute,
        });
        return;
      }
      terminal.say(
        `${url} answers. The project "${project.name}" (${project.id}) has ${formatCount(clusters.length, 'cluster')} and ` +
          `${formatCount(buckets.length, 'bucket')}.\n`,
      );
      const rows = clusters.map(({ name, state: { document } }) => [
        name,
        String(document.snapshots),
        document.newestSnapshot ?? 'none',
        String(document.exports),
        document.newestExport ?? 'none',
        String(document.running),
      ]);
      const fit = fitting(terminal, LEAVE_OUT);
      if (rows.length > 0) terminal.say(`\n${formatTable(HEADER, rows, fit)}`);
      const now = clock.now();
      const troubled = [
        ...(serverTime === undefined ? [] : clockTroubles(serverTime)),
        ...clusters.flatMap((cluster) =>
          cluster.state.troubles.map((trouble) => ({ ...trouble, name: `${trouble.name} of ${cluster.name}` })),
        ),
        ...(webhooks ?? []).flatMap((webhook) => webhookTroubles(webhook, now)),
      ];
      terminal.say(describeTroubles(troubled, now));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore status',
    "longshore status --json | jq -r '.clusters[] | select(.newestExport == null) | .name'",
  ]);
};
