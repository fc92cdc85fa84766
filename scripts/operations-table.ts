import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { openApiPath, type Operation } from '../src/http/index.ts';
import { servedOperations } from './served-operations.ts';

const file = new URL('../docs/guides/from-atlas.md', import.meta.url);
const [BEGIN, END] = ['<!-- operations -->', '<!-- end of operations -->'];

/** What is different from Atlas. An entry of an operation that is not served is an error. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  createOrg:
    'The first API key or service account of the organization is made as Atlas makes it; there are no persons who could own it',
  listOrgUsers: 'Empty: there are no persons',
  listOrgTeams: 'Empty: there are no teams',
  listOrgInvites: 'Empty: there are no persons',
  listGroupUsers: 'Empty: there are no persons',
  listGroupTeams: 'Empty: there are no teams',
  listGroupInvites: 'Empty: there are no persons',
  getGroupSettings: 'Kept for clients that compare them, without effect',
  updateGroupSettings: 'Kept for clients that compare them, without effect',
  listGroupLimits: 'Those that were set',
  getGroupLimit: 'Of those that were set',
  setGroupLimit: 'Kept, and not enforced',
  getGroupIpAddresses: 'Empty: clusters are where you run them',
  createGroupCluster:
    'With `--stand-in` or `--provisioner template`: a cluster has the data of the template. Otherwise refused; register a deployment instead',
  updateGroupCluster: 'What clients set is kept and shown. A registered deployment is not changed by it',
  listGroupFlexClusters: 'Empty: there are no flex clusters',
  getGroupFlexCluster: 'Always an error: no cluster is a flex cluster',
  listClusterDetails: 'Without size, nodes and security, which a deployment does not tell',
  getGroupClusterBackupSnapshotShardedCluster: 'A snapshot of a replica set answers, too, with empty `members`',
  createGroupClusterBackupRestoreJob:
    '`pointInTime` only within the oplog of the snapshot, because `mongodump --oplog` alone keeps one',
  updateGroupClusterBackupSchedule:
    '`copySettings` are kept, and no copies are made; `export` may be daily and weekly, too',
  updateGroupBackupCompliancePolicy: "Nobody can weaken a policy of a project with clusters; Atlas's support can",
  createGroupBackupPrivateEndpoint:
    'ACTIVE at once with local buckets, otherwise FAILED with the reason: the server makes no endpoints in AWS',
  listRateLimits: 'The limits of this server, and none for single projects',
  getRateLimit: 'The limits of this server, and none for single projects',
  postTelemetry: 'Taken and thrown away',
};

/** The guide with the table of the operations that are served now. */
export async function operationsPage(): Promise<string> {
  const text = readFileSync(file, 'utf8');
  const [before, after] = [text.split(BEGIN)[0], text.split(END)[1]];
  if (before === undefined || after === undefined) throw new Error(`${file.pathname} lacks ${BEGIN} or ${END}`);
  const operations = (await servedOperations()).filter(({ versions }) =>
    versions.some(({ version }) => version !== 'longshore-v1'),
  );
  const unknown = Object.keys(DIFFERENCES).filter((id) => !operations.some((operation) => operation.id === id));
  if (unknown.length > 0) throw new Error(`no operation is named ${unknown.join(', ')}`);
  const table = ['| operation | versions | different from Atlas |', '| --- | --- | --- |', ...operations.map(row)];
  const page = [before, BEGIN, '\n\n', table.join('\n'), '\n\n', END, after].join('');
  const style = await resolveConfig(file);
  return await format(page, { ...style, parser: 'markdown' });
}

function row({ id, method, path, versions }: Operation): string {
  const names = versions.map(({ version }) => version).filter((version) => version !== 'longshore-v1');
  return `| \`${method} ${openApiPath(path) || '/'}\` | ${names.toSorted().join(', ')} | ${DIFFERENCES[id] ?? ''} |`;
}
