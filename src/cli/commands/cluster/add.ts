import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { describeConsistency } from '../../consistency.ts';
import { readRegisteredCluster, type RegisteredCluster } from '../../documents.ts';
import { formatCount } from '../../format.ts';
import { describeLeftOut, MAX_NAMED, printable } from '../../left-out.ts';
import { addSourceOptions, sourceBody, sourceOf } from '../../source-options.ts';

/** Describes for people what a snapshot will contain and leave out. */
function describe(cluster: RegisteredCluster): string {
  const { name, id, mongoDBVersion, collections, leftOut = [], warnings = [], consistency } = cluster;
  const lines = [
    `Cluster ${name} is registered (MongoDB ${mongoDBVersion}, id ${id}).`,
    ...(collections === undefined
      ? [`Send an archive with each snapshot: mongodump --archive | longshore snapshot create ${name} --archive -`]
      : [`A snapshot takes ${formatCount(collections.length, 'collection')}${shortened(collections)}`]),
    ...describeLeftOut(leftOut),
    ...warnings.map((warning) => `Warning: ${printable(warning)}`),
    ...describeConsistency(consistency),
  ];
  return `${lines.join('\n')}\n`;
}

function shortened(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  if (names.length === 0) return '.';
  return `: ${names.slice(0, MAX_NAMED).map(printable).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

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
      else terminal.out.write(describe(cluster));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore cluster add Cluster0 --mongodump /backups/2026-08-10',
    'longshore cluster add Cluster0 --archive /backups/2026-08-10.archive.gz',
    'MONGODB_URI=mongodb://db/ longshore cluster add Cluster0 --mongodb-uri-env MONGODB_URI',
    'pass show mongodb/uri | longshore cluster add Cluster0 --mongodb-uri-file -',
  ]);
};
