import { Type } from 'typebox';
import { jsonReader } from '../../kernel/json-reader.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../command.ts';
import { readCluster, readExportBucket, readExportJob, readSnapshot } from '../documents.ts';
import { formatCount, formatTable } from '../format.ts';
import { describeWaits } from '../waiting.ts';

const readGroup = jsonReader(Type.Object({ id: Type.String(), name: Type.String() }));

/** Compares times as texts. Texts sort like times because all of Atlas's times have one form. */
function newest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

export const addStatus: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('status')
    .description('show the project, and for each cluster its newest snapshot and its newest successful export')
    .action(async () => {
      const { client, path, extensionPath, url } = openSession(command, surroundings);
      const project = await client.request(readGroup, 'GET', path(''));
      const buckets = await client.list(readExportBucket, path('/backup/exportBuckets'));
      const clusters = [];
      for (const { name } of await client.list(readCluster, path('/clusters'))) {
        const backup = extensionPath(`/clusters/${encodeURIComponent(name)}/backup`);
        const snapshots = await client.list(readSnapshot, `${backup}/snapshots`);
        const jobs = await client.list(readExportJob, `${backup}/exports`);
        const completed = snapshots.filter(({ status }) => status === 'completed');
        const successful = jobs.filter(({ state }) => state === 'Successful');
        clusters.push({
          name,
          snapshots: snapshots.length,
          newestSnapshot: newest(completed.map(({ createdAt }) => createdAt)),
          exports: jobs.length,
          newestExport: newest(successful.map(({ finishedAt }) => finishedAt)),
          waiting: [
            ...snapshots.map(({ id, waiting }) => ({ kind: 'snapshot', id, waiting })),
            ...jobs.map(({ id, waiting }) => ({ kind: 'export', id, waiting })),
          ].flatMap(({ waiting, ...job }) => (waiting === undefined ? [] : [{ ...job, waiting }])),
          running: jobs.filter(({ state }) => state === 'Queued' || state === 'InProgress').length,
        });
      }
      if (wantsJson(command)) {
        printJson(terminal, {
          url,
          groupId: project.id,
          projectName: project.name,
          buckets: buckets.length,
          clusters,
        });
        return;
      }
      terminal.out.write(
        `${url} answers. Project ${project.name} (${project.id}) has ${formatCount(clusters.length, 'cluster')} and ` +
          `${formatCount(buckets.length, 'bucket')}.\n`,
      );
      if (clusters.length === 0) return;
      const rows = clusters.map((each) => [
        each.name,
        String(each.snapshots),
        each.newestSnapshot ?? 'none',
        String(each.exports),
        each.newestExport ?? 'none',
        String(each.running),
      ]);
      terminal.out.write(
        `\n${formatTable(['CLUSTER', 'SNAPSHOTS', 'NEWEST COMPLETED', 'EXPORTS', 'NEWEST SUCCESSFUL', 'RUNNING'], rows)}`,
      );
      const waiting = clusters.flatMap((cluster) =>
        cluster.waiting.map((job) => ({ name: `${job.kind} ${job.id} of ${cluster.name}`, waiting: job.waiting })),
      );
      terminal.out.write(describeWaits(waiting, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore status',
    "longshore status --json | jq -r '.clusters[] | select(.newestExport == null) | .name'",
  ]);
};
