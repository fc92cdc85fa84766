import type { Id } from '../../kernel/ids.ts';
import { EXPORTS_FOLDER } from '../../pipelines/export/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';
import { pathName, type Named } from './prefix.ts';

/**
 * Returns the projects of this server whose exports have a key prefix; none for an export that Atlas or another server wrote, or that was
 * copied to another place. Several projects may have one path, because paths have the names of projects without some characters.
 */
export async function ownersOf(
  prefix: string,
  {
    projects,
    organizations,
  }: {
    readonly projects: Pick<Projects, 'listNames'>;
    readonly organizations: Pick<Organizations, 'requireOrganization'>;
  },
): Promise<readonly Id[]> {
  const [folder, organization = '', group = ''] = prefix.split('/');
  if (folder !== EXPORTS_FOLDER) return [];
  const owners: Id[] = [];
  for (const project of await projects.listNames()) {
    if (!isInPath(project, group)) continue;
    if (isInPath(await organizations.requireOrganization(project.orgId), organization)) owners.push(project.id);
  }
  return owners;
}

function isInPath({ id, name }: Named, part: string): boolean {
  return part === id || part === pathName(name);
}
