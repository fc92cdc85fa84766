import { Type } from 'typebox';
import { IdSchema, listReply, pageOf, versions, type Operation } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';

export interface Dependencies {
  readonly clusters: Pick<Clusters, 'listOfProjects'>;
  readonly organizations: Pick<Organizations, 'requireOrganization'>;
  readonly projects: Pick<Projects, 'listAll'>;
}

const GroupClustersSchema = Type.Object(
  {
    clusters: Type.Array(
      Type.Object({
        alertCount: Type.Integer(),
        availability: Type.String(),
        backupEnabled: Type.Boolean(),
        clusterId: IdSchema,
        name: Type.String(),
        type: Type.String(),
        versions: Type.Array(Type.String()),
      }),
    ),
    groupId: IdSchema,
    groupName: Type.String(),
    orgId: IdSchema,
    orgName: Type.String(),
    planType: Type.String(),
    tags: Type.Array(Type.String()),
  },
  { $id: 'ClustersOfGroup' },
);

export function createOperations({ clusters, organizations, projects }: Dependencies): readonly Operation[] {
  return [
    {
      id: 'listClusterDetails',
      summary: 'Returns the clusters of all projects that the caller can see',
      method: 'GET',
      path: '/clusters',
      access: { scope: 'authenticated' },
      rateLimit: 'clusters',
      versions: versions(['v1.0', '2023-01-01'], {
        answers: pageOf(GroupClustersSchema),
        async handle(request) {
          const page = await projects.listAll(request.caller, request.page());
          const found = await clusters.listOfProjects(page.results.map(({ id }) => id));
          const ofProjects = Map.groupBy(found, ({ groupId }) => groupId);
          const orgNames = new Map<string, string>();
          for (const orgId of new Set(page.results.map((project) => project.orgId))) {
            orgNames.set(orgId, (await organizations.requireOrganization(orgId)).name);
          }
          return listReply(
            request,
            mapPage(page, ({ id, name, orgId }) => ({
              clusters: (ofProjects.get(id) ?? []).map(encode),
              groupId: id,
              groupName: name,
              orgId,
              orgName: orgNames.get(orgId) ?? '',
              planType: 'Atlas',
              tags: [],
            })),
          );
        },
      }),
    },
  ];
}

// Atlas also shows the size, the nodes and the security of a cluster. A registered deployment has told none of them.
function encode({ id, name, mongodbVersion, hasBackups }: Cluster): JsonObject {
  return {
    alertCount: 0,
    availability: 'available',
    backupEnabled: hasBackups,
    clusterId: id,
    name,
    type: 'REPLICA_SET',
    versions: [mongodbVersion],
  };
}
