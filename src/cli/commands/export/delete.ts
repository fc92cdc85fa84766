import { Type } from 'typebox';
import { jsonReader } from '../../../kernel/json-reader.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { exportPath } from '../../export-job.ts';
import { findCluster, findExport } from '../../find.ts';
import { formatBytes, formatCount } from '../../format.ts';
import { printable } from '../../left-out.ts';

const readObject = jsonReader(Type.Object({ key: Type.String(), bytes: Type.Integer() }));
const readDeleted = jsonReader(Type.Object({ deleted: Type.String(), removedObjects: Type.Integer() }));

export const addExportDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('take an export that has ended off the list; its objects stay in the bucket')
    .argument('<cluster>', 'name of the cluster')
    .argument('<export>', 'id of the export, a unique beginning of the id, or latest')
    .option('--with-objects', 'first remove what a failed or cancelled export has written')
    .option('--dry-run', 'delete nothing, and list what the export has written')
    .action(async (wantedCluster: string, wanted: string) => {
      const { withObjects = false, dryRun = false } = command.opts<{ withObjects?: true; dryRun?: true }>();
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findExport(session, cluster, wanted);
      const path = exportPath(session, cluster, id);
      if (dryRun) {
        const objects = await session.client.list(readObject, `${path}/objects`);
        if (wantsJson(command)) printJson(terminal, { id, deleted: false, objects });
        else for (const { key, bytes } of objects) terminal.say(`${printable(key)} (${formatBytes(bytes)})\n`);
        return;
      }
      const query = withObjects ? '?objects=remove' : '';
      const { removedObjects } = await session.client.request(readDeleted, 'DELETE', `${path}${query}`);
      if (wantsJson(command)) printJson(terminal, { id, deleted: true, removedObjects });
      else {
        const objects = withObjects ? `, and ${formatCount(removedObjects, 'object')} of it are removed` : '';
        terminal.say(`Export ${id} of ${cluster.name} is deleted${objects}.\n`);
      }
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export delete Cluster0 latest --dry-run',
    'longshore export delete Cluster0 latest --with-objects',
  ]);
};
