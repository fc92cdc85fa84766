import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DigestClient } from './digest-client.ts';
import { startLongshore, type Running } from './longshore.ts';
import { Project } from './project.ts';

/** Where the time of a stand-in is advanced. */
export const CLOCK = '/api/longshore/v1/standIn/clock';

/** The body that creates a cluster in the newest version. */
export const NEW_CLUSTER = {
  backupEnabled: true,
  clusterType: 'REPLICASET',
  name: 'cluster-1',
  replicationSpecs: [
    {
      regionConfigs: [
        {
          electableSpecs: { instanceSize: 'M10', nodeCount: 3 },
          priority: 7,
          providerName: 'AWS',
          regionName: 'US_EAST_1',
        },
      ],
    },
  ],
};

/** A `longshore serve --stand-in` on a free port. Disposing of it closes the client only, because the tests end the process in several ways. */
export interface StandIn extends Disposable {
  readonly process: Running;
  /** What `atlas.env` has. */
  readonly variables: Readonly<Record<string, string>>;
  readonly client: DigestClient;
  /** The project of its key. */
  readonly project: Project;
}

/** Starts a stand-in, and waits until it listens. @param waitMs how long that may take; absent: as long as `output` waits. */
export async function startStandIn(dataDirectory: string, home: string, waitMs?: number): Promise<StandIn> {
  const process = startLongshore(['serve', '--stand-in', '--data-dir', dataDirectory, '--port', '0', '--json'], {
    home,
  });
  await process.output(/"environmentFile":"[^"]+"/, waitMs);
  const lines = readFileSync(join(dataDirectory, 'atlas.env'), 'utf8').trimEnd().split('\n');
  const variables = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const variable = (name: string): string => variables[name] ?? '';
  const client = new DigestClient(variable('LONGSHORE_URL'), {
    publicKey: variable('MONGODB_ATLAS_PUBLIC_KEY'),
    privateKey: variable('MONGODB_ATLAS_PRIVATE_KEY'),
  });
  const project = new Project(client, variable('MONGODB_ATLAS_ORG_ID'), variable('MONGODB_ATLAS_PROJECT_ID'));
  return { process, variables, client, project, [Symbol.dispose]: () => client[Symbol.dispose]() };
}
