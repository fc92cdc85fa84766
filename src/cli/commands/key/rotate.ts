import { addClientOptions, addExamples, openSession, wantsJson, type AddCommand, type Session } from '../../command.ts';
import { deleteKey } from '../../delete-key.ts';
import { readKey, type Key } from '../../documents.ts';
import { findKey } from '../../find.ts';
import { addSaveOption, hand, requirePlaceForSecret } from '../../new-key.ts';

/** The role that every key of a project has in its organization. */
const MEMBER = 'ORG_MEMBER';

/** Creates a key with the roles of another one. */
async function createLike({ client, path, groupId }: Session, { desc, roles }: Key): Promise<Key> {
  const inOrganization = roles.filter(({ orgId }) => orgId !== undefined);
  const orgId = inOrganization.find(({ roleName }) => roleName !== MEMBER)?.orgId;
  const groups = Map.groupBy(
    roles.filter((role) => role.groupId !== undefined),
    (role) => role.groupId ?? '',
  );
  const namesIn = (id: string): string[] => (groups.get(id) ?? []).map(({ roleName }) => roleName);
  if (orgId === undefined) {
    return await client.request(readKey, 'POST', path('/apiKeys'), { desc, roles: namesIn(groupId) });
  }
  const key = await client.request(readKey, 'POST', `/api/atlas/v2/orgs/${orgId}/apiKeys`, {
    desc,
    roles: inOrganization.map(({ roleName }) => roleName),
  });
  for (const id of groups.keys()) {
    const body = { roles: namesIn(id) };
    await client.request(() => undefined, 'PATCH', `/api/atlas/v2/groups/${id}/apiKeys/${key.id}`, body);
  }
  return key;
}

export const addKeyRotate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = addSaveOption(
    parent
      .command('rotate')
      .description('create an API key with the description and the roles of another one, and delete the other one')
      .argument('<key>', 'public part of the key, its description, its id, or a unique beginning of the id')
      .option('--keep-old', 'do not delete the other one, so that clients can change over'),
  ).action(
    async (wanted: string, { save, keepOld = false }: { readonly save?: string; readonly keepOld?: boolean }) => {
      requirePlaceForSecret(terminal, save, 'the private key');
      const session = await openSession(command, surroundings);
      const old = await findKey(session, wanted);
      const key = await createLike(session, old);
      // The new key is handed over before the old one goes, so that no failure leaves the user without a key.
      hand(session, terminal, key, { save, json: wantsJson(command) });
      if (keepOld) return;
      await deleteKey(session, old);
      const advice =
        old.publicKey === session.publicKey
          ? 'This command has used it: put the new one in the place of its profile, because the next command is refused.'
          : 'Give the new one to its clients.';
      terminal.note(`API key ${old.publicKey} is deleted. ${advice}\n`);
    },
  );
  addClientOptions(command);
  addExamples(command, [
    'longshore key rotate "nightly job" --save profile-of-the-job.json',
    'longshore key rotate joflnlfn --keep-old',
  ]);
};
