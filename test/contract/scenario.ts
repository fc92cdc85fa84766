import type { DigestClient, Exchange } from '../support/digest-client.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { Project } from '../support/project.ts';
import type { Service } from '../support/service.ts';
import type { PermittedDifference } from './compare.ts';

/** How a recorded exchange is repeated. */
export interface Scenario {
  /**
   * Creates what the recording needs, and returns the request, and its sender if that is not the owner of everything.
   */
  request(service: Service): Promise<Omit<Exchange, 'method'> & { readonly client?: DigestClient }>;
  readonly permitted?: readonly PermittedDifference[];
  /** The state that was recorded lasts so short that it may end before the request: the scenario is tried again. */
  readonly isFleeting?: true;
}

export const UNKNOWN_ID = '111111111111111111111111';
export const LISTING = '?includeCount=true&pageNum=1&itemsPerPage=100';

let groups = 0;
/** A project of the scenario's own, so that none sees another's rows. */
export const newProject = (service: Service) => Project.create(service.client, service.orgId, `scenario ${++groups}`);

export async function addCluster(service: Service, project: Project, name: string): Promise<void> {
  const dump = service.scratch(`dump-${project.groupId}`);
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await project.cluster(name, dump);
}

/** A project with the cluster of the recording. */
export async function projectWith(service: Service, cluster: string): Promise<Project> {
  const project = await newProject(service);
  await addCluster(service, project, cluster);
  return project;
}
