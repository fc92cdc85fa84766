import { Type } from 'typebox';
import { LinksSchema, listReply, pageOf, version, type ApiRequest, type Operation } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage, pageOfAll } from '../../kernel/page.ts';
import { collectionOf, collectionsOf, databaseOf, databasesOf, type OpenContent } from './content.ts';

const ALL = '/groups/:groupId/clusters/:clusterName/backup/snapshots/:snapshotId/databases';
const ONE = `${ALL}/:databaseName` as const;
const COLLECTIONS = `${ONE}/collections` as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const VERSION = '2025-03-12';

const NamedSchema = Type.Object({ links: LinksSchema, name: Type.String() }, { $id: 'SnapshotContent' });

/** Operations that list what a snapshot holds, from the snapshot itself. */
export function createContentOperations(open: OpenContent): readonly Operation[] {
  const contentOf = async (request: ApiRequest<unknown>) =>
    await open(request.param('groupId'), request.param('clusterName'), request.param('snapshotId'));
  const pathOf = (request: ApiRequest<unknown>, ...names: readonly string[]): string => {
    const [group, cluster, snapshot] = ['groupId', 'clusterName', 'snapshotId'].map((name) => request.param(name));
    const [database, collection] = names.map(encodeURIComponent);
    const base = `/groups/${group}/clusters/${cluster}/backup/snapshots/${snapshot}/databases/${database}`;
    return request.link(collection === undefined ? base : `${base}/collections/${collection}`);
  };
  const encode = (request: ApiRequest<unknown>, name: string, ...path: readonly string[]): JsonObject => ({
    links: [{ href: pathOf(request, ...path), rel: 'self' }],
    name,
  });

  return [
    {
      id: 'listGroupClusterBackupSnapshotDatabases',
      summary: 'Returns the databases in a snapshot',
      method: 'GET',
      path: ALL,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: pageOf(NamedSchema),
          async handle(request) {
            const page = pageOfAll(databasesOf(await contentOf(request)), request.page());
            return listReply(
              request,
              mapPage(page, (name) => encode(request, name, name)),
            );
          },
        }),
      ],
    },
    {
      id: 'getGroupClusterBackupSnapshotDatabase',
      summary: 'Returns one database in a snapshot',
      method: 'GET',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: { status: 200, body: NamedSchema },
          async handle(request) {
            const name = databaseOf(await contentOf(request), request.param('databaseName'));
            return { status: 200, body: encode(request, name, name) };
          },
        }),
      ],
    },
    {
      id: 'listGroupClusterBackupSnapshotDatabaseCollections',
      summary: 'Returns the collections of a database in a snapshot',
      method: 'GET',
      path: COLLECTIONS,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: pageOf(NamedSchema),
          async handle(request) {
            const database = request.param('databaseName');
            const page = pageOfAll(collectionsOf(await contentOf(request), database), request.page());
            return listReply(
              request,
              mapPage(page, (name) => encode(request, name, database, name)),
            );
          },
        }),
      ],
    },
    {
      id: 'getGroupClusterBackupSnapshotDatabaseCollection',
      summary: 'Returns one collection of a database in a snapshot',
      method: 'GET',
      path: `${COLLECTIONS}/:collectionName`,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: VERSION,
          answers: { status: 200, body: NamedSchema },
          async handle(request) {
            const database = request.param('databaseName');
            const name = collectionOf(await contentOf(request), database, request.param('collectionName'));
            return { status: 200, body: encode(request, name, database, name) };
          },
        }),
      ],
    },
  ];
}
