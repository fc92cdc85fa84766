import { RefusedError } from './client.ts';
import type { Session } from './command.ts';
import type { Key } from './documents.ts';

/**
 * Deletes a key from its organization. A caller who may not do that takes away the roles of the key in the project.
 * @returns false if only the roles were taken away.
 */
export async function deleteKey({ client, path }: Session, { id, roles }: Key): Promise<boolean> {
  const orgId = roles.find((role) => role.orgId !== undefined)?.orgId;
  if (orgId !== undefined) {
    try {
      await client.request(() => undefined, 'DELETE', `/api/atlas/v2/orgs/${orgId}/apiKeys/${id}`);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof RefusedError) || thrown.code !== 'USER_UNAUTHORIZED') throw thrown;
    }
  }
  await client.request(() => undefined, 'DELETE', path(`/apiKeys/${id}`));
  return false;
}
